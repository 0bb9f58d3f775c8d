using System.Security.Cryptography;
using System.Text;

namespace Wya.Cli;

/// <summary>
/// Lets the people of a town talk, each with a token of their own. Ids and keys are functions of the town, so that what was
/// said once is not said again; and what an earlier run did is told by its position, as in <see cref="SettleTown"/>.
/// </summary>
/// <param name="people">Those who live in the system now, by their place in the town's list.</param>
internal sealed class HoldTalks(TownTalk talk, IReadOnlyDictionary<int, Neighbour> people, int seed)
{
    private const int AtTheSameTime = 8;

    private int conversations, groups, waiting, messages, newMessages, replies, edits, reactions, readMarks;
    private IReadOnlyList<long> head = [];

    public async Task<Talked> Run(Action oneMoreLine, CancellationToken ct)
    {
        PlannedConversation[] possible = [.. talk.Conversations.Where(conversation => conversation.People.All(people.ContainsKey))];
        if (possible.Length > 0)
        {
            ApiClient.Reply list = await Of(possible[0].People[0]).Send(HttpMethod.Get, "conversations?limit=1", null, null, true, ct).ConfigureAwait(false);
            head = list.IsSuccess ? list.Positions : throw ApiClient.Unexpected("GET /conversations", list);
        }

        var bounded = new ParallelOptions { MaxDegreeOfParallelism = AtTheSameTime, CancellationToken = ct };
        await Parallel.ForEachAsync(possible, bounded, async (conversation, ct) => await Hold(conversation, oneMoreLine, ct).ConfigureAwait(false)).ConfigureAwait(false);
        return new Talked(conversations, groups, waiting, messages, newMessages, replies, edits, reactions, readMarks);
    }

    private ApiClient Of(int person) => people[person].Api;

    private async Task Hold(PlannedConversation plan, Action oneMoreLine, CancellationToken ct)
    {
        string name = $"{plan.Title} {string.Join(' ', plan.People)}\n{string.Join('\n', plan.Lines)}"; // another plan says something else
        object body = plan.Title is null
            ? new { Kind = "direct", UserId = people[plan.People[1]].Id }
            : new { Kind = "group", UserIds = plan.People.Skip(1).Select(person => people[person].Id), plan.Title };
        ApiClient.Reply started = await Do(plan, 0, HttpMethod.Post, "conversations", body, name, ct).ConfigureAwait(false);
        string path = $"conversations/{started.Body.GetProperty("conversation_id").GetGuid()}";
        Interlocked.Increment(ref conversations);
        Interlocked.Add(ref groups, plan.Title is null ? 0 : 1);
        Interlocked.Add(ref waiting, plan is { Title: null, Answer: RequestAnswer.None } ? 1 : 0);
        for (int i = 0; i < plan.Lines.Count; i++)
        {
            if (!await Say(plan, i, path, name, ct).ConfigureAwait(false))
            {
                return;
            }

            if (i == 0 && plan.Answer is (RequestAnswer.Accepted or RequestAnswer.Declined))
            {
                await Do(plan, 1, HttpMethod.Put, $"{path}/request", new { Accept = plan.Answer == RequestAnswer.Accepted }, name, ct).ConfigureAwait(false);
            }

            oneMoreLine();
        }

        if (plan.Lines.Count > 1)
        {
            await Read(plan, path, name, ct).ConfigureAwait(false);
        }
    }

    /// <returns>False when it could not be said: the request waits since an earlier run of another town.</returns>
    private async Task<bool> Say(PlannedConversation plan, int i, string path, string name, CancellationToken ct)
    {
        PlannedLine line = plan.Lines[i];
        string address = $"{path}/messages/{Id(name, i)}";
        object said = new { line.Text, ReplyTo = line.ReplyTo is { } earlier ? Id(name, earlier) : (Guid?)null };
        ApiClient.Reply sent = await Do(plan, line.Speaker, HttpMethod.Put, address, said, null, ct).ConfigureAwait(false);
        if (!sent.IsSuccess)
        {
            return false;
        }

        Interlocked.Increment(ref messages);
        Interlocked.Add(ref newMessages, sent.IsAfter(head) ? 1 : 0);
        Interlocked.Add(ref replies, line.ReplyTo is null ? 0 : 1);
        if (line.Edited is { } text)
        {
            await Do(plan, line.Speaker, HttpMethod.Patch, address, new { Text = text }, null, ct).ConfigureAwait(false);
            Interlocked.Increment(ref edits);
        }

        if (line.Reaction is { } reaction)
        {
            string emoji = Uri.EscapeDataString(reaction.Emoji);
            await Do(plan, reaction.Person, HttpMethod.Put, $"{address}/reactions/{emoji}", null, null, ct).ConfigureAwait(false);
            Interlocked.Increment(ref reactions);
        }

        return true;
    }

    /// <summary>Most have read all of it; some are a few messages behind.</summary>
    private async Task Read(PlannedConversation plan, string path, string name, CancellationToken ct)
    {
        for (int person = 0; person < plan.People.Count; person++)
        {
            int behind = (person + plan.Lines.Count) % 4 == 0 ? Math.Min(3, plan.Lines.Count - 1) : 0;
            var mark = new { MessageId = Id(name, plan.Lines.Count - 1 - behind), IsPublic = person % 5 != 4 };
            await Do(plan, person, HttpMethod.Put, $"{path}/read", mark, null, ct).ConfigureAwait(false);
            Interlocked.Increment(ref readMarks);
        }
    }

    private async Task<ApiClient.Reply> Do(
        PlannedConversation plan, int person, HttpMethod method, string path, object? body, string? keyed, CancellationToken ct)
    {
        string? key = keyed is null ? null : "demo-" + Convert.ToHexStringLower(Digest($"{method} {path}\n{keyed}").AsSpan(0, 16));
        ApiClient.Reply reply = await Of(plan.People[person]).Send(method, path, body, key, signedIn: true, ct).ConfigureAwait(false);

        // Two towns of other sizes may share a pair, and a request between them.
        return reply.IsSuccess || reply.Code is "request-waiting" or "no-request" ? reply : throw ApiClient.Unexpected($"{method} /{path.Split('/')[0]}…", reply);
    }

    /// <summary>As a client makes it up, of version 4, but always the same for the same line.</summary>
    private Guid Id(string name, int line)
    {
        byte[] bytes = Digest($"{name}\n{line}")[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{text}"));
}
