using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Wya.Cli;

/// <summary>
/// Lets the people of a town ask for friends, follow and block. Keys are functions of the town, so that what was done once is
/// not done again; and what an earlier run did is told by its position, as in <see cref="SettleTown"/>.
/// </summary>
/// <param name="people">Those who live in the system now, by their place in the town's list.</param>
internal sealed class MakeFriends(TownTies plan, IReadOnlyDictionary<int, Neighbour> people, int seed)
{
    private const int AtTheSameTime = 8;

    private int friendships, follows, requests, blocks, added;
    private long head;

    public async Task<Befriended> Run(Action oneMoreTie, CancellationToken ct)
    {
        PlannedTie[] possible = [.. plan.Ties.Where(tie => people.ContainsKey(tie.One) && people.ContainsKey(tie.Other))];
        if (possible.Length > 0)
        {
            ApiClient anybody = people[possible[0].One].Api;
            ApiClient.Reply list = await anybody.Send(HttpMethod.Get, "me/friends?limit=1", null, null, signedIn: true, ct).ConfigureAwait(false);
            head = list.IsSuccess ? list.Position : throw ApiClient.Unexpected("GET /me/friends", list);
        }

        var bounded = new ParallelOptions { MaxDegreeOfParallelism = AtTheSameTime, CancellationToken = ct };
        await Parallel.ForEachAsync(possible, bounded, async (tie, ct) =>
        {
            await Tie(tie, ct).ConfigureAwait(false);
            oneMoreTie();
        }).ConfigureAwait(false);
        return new Befriended(friendships, follows, requests, blocks, added);
    }

    private async Task Tie(PlannedTie tie, CancellationToken ct)
    {
        (Neighbour one, Neighbour other) = (people[tie.One], people[tie.Other]);
        switch (tie.Kind)
        {
            case TieKind.Friendship:
                await Do(one, HttpMethod.Post, "me/friend-requests", new { UserId = other.Id }, ct).ConfigureAwait(false);
                Count(ref friendships, await Do(other, HttpMethod.Post, "me/friend-requests", new { UserId = one.Id }, ct).ConfigureAwait(false));
                break;
            case TieKind.Request:
                Count(ref requests, await Do(one, HttpMethod.Post, "me/friend-requests", new { UserId = other.Id }, ct).ConfigureAwait(false));
                break;
            case TieKind.Follow:
                Count(ref follows, await Do(one, HttpMethod.Put, $"me/following/{other.Id}", null, ct).ConfigureAwait(false));
                break;
            case TieKind.Block:
                Count(ref blocks, await Do(one, HttpMethod.Put, $"me/blocks/{other.Id}", null, ct).ConfigureAwait(false));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(tie), tie.Kind, null);
        }
    }

    private void Count(ref int kind, ApiClient.Reply reply)
    {
        if (reply.IsSuccess)
        {
            Interlocked.Increment(ref kind);
            Interlocked.Add(ref added, reply.Position > head ? 1 : 0);
        }
    }

    private async Task<ApiClient.Reply> Do(Neighbour self, HttpMethod method, string path, object? body, CancellationToken ct)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{self.Id}\n{method} {path}\n{body}"));
        string key = "demo-" + Convert.ToHexStringLower(digest.AsSpan(0, 16));
        ApiClient.Reply reply = await self.Api.Send(method, path, body, key, signedIn: true, ct).ConfigureAwait(false);

        // A town of another size may have put a block between the two.
        return reply.IsSuccess || reply.Status == HttpStatusCode.NotFound
            ? reply
            : throw ApiClient.Unexpected($"{method} /{string.Join('/', path.Split('/').Take(2))}", reply);
    }
}
