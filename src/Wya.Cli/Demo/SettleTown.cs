using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Cli;

/// <summary>
/// Registers the people of a town and does for each what is to be done. Every command has an Idempotency-Key that is a
/// function of the town, so that the same town settles once, however often it is asked to. What an earlier run did is
/// told by its position: it lies before the log's head at the start of this run.
/// </summary>
internal sealed class SettleTown(ApiClient api, Town town, int seed)
{
    private const int AtTheSameTime = 8;

    private readonly ConcurrentBag<(Resident Resident, bool IsNew)> registered = [];
    private readonly ConcurrentBag<bool> verified = [], granted = []; // true: new
    private readonly ConcurrentDictionary<int, (string Handle, Guid Id)> residents = new();
    private int notAvailable;
    private int refusedUnderAge;
    private long head;

    public async Task Run(Action oneMore, CancellationToken ct)
    {
        head = await api.Begin(ct).ConfigureAwait(false);
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = AtTheSameTime, CancellationToken = ct };
        await Parallel.ForEachAsync(town.Residents.Index(), bounded, async (resident, ct) =>
        {
            await Settle(resident.Index, resident.Item, ct).ConfigureAwait(false);
            oneMore();
        }).ConfigureAwait(false);
        await Parallel.ForEachAsync(town.Children, bounded, async (child, ct) =>
        {
            await Refuse(child, ct).ConfigureAwait(false);
            oneMore();
        }).ConfigureAwait(false);
    }

    /// <summary>Who lives in the system now, by place in the town's list.</summary>
    public IReadOnlyDictionary<int, (string Handle, Guid Id)> Residents => residents;

    public Settled Result(Talked? talk, Befriended? ties, Furnished? rooms, Walked? day, TimeSpan taken) => new(
        registered.Count,
        registered.Count(one => one.IsNew),
        registered.Count(one => one.Resident.AgeLayer == AgeLayer.Minor),
        registered.Count(one => one.Resident.AgeLayer == AgeLayer.Transitional),
        registered.Count(one => one.Resident.AgeLayer == AgeLayer.Adult),
        notAvailable,
        refusedUnderAge,
        verified.Count,
        verified.Count(isNew => isNew),
        granted.Count,
        granted.Count(isNew => isNew),
        talk,
        ties,
        rooms,
        day,
        Math.Round(taken.TotalSeconds, 3));

    private async Task Settle(int place, Resident resident, CancellationToken ct)
    {
        ApiClient.Reply reply = await Register(resident.Handle, resident.BirthDate, ct).ConfigureAwait(false);
        if (reply.Code is "handle-taken" or "idempotency-key-reused")
        {
            Interlocked.Increment(ref notAvailable);
            return;
        }

        registered.Add((resident, IsNew(reply, "POST /users")));
        Guid id = reply.Body.GetProperty("id").GetGuid();
        residents[place] = (resident.Handle, id);
        string user = $"users/{id}";
        if (resident.IsVerified)
        {
            verified.Add(await Command(HttpMethod.Post, $"{user}/verification", ct).ConfigureAwait(false));
        }

        foreach (string capability in resident.Capabilities)
        {
            granted.Add(await Command(HttpMethod.Put, $"{user}/permissions/{capability}", ct).ConfigureAwait(false));
        }
    }

    private async Task Refuse(Child child, CancellationToken ct)
    {
        ApiClient.Reply reply = await Register(child.Handle, child.BirthDate, ct).ConfigureAwait(false);
        if (reply.Code != IdentityRefusals.UnderAge.Code)
        {
            throw ApiClient.Unexpected("the registration of a child", reply);
        }

        Interlocked.Increment(ref refusedUnderAge);
    }

    private Task<ApiClient.Reply> Register(string handle, DateOnly birthDate, CancellationToken ct) =>
        api.Send(HttpMethod.Post, "users", new { Handle = handle, BirthDate = birthDate }, Key("register", handle), signedIn: false, ct);

    private async Task<bool> Command(HttpMethod method, string path, CancellationToken ct)
    {
        ApiClient.Reply reply = await api.Send(method, path, null, Key(path, ""), signedIn: true, ct).ConfigureAwait(false);
        return IsNew(reply, $"{method} /{path}");
    }

    private bool IsNew(ApiClient.Reply reply, string what) => reply.IsSuccess ? reply.Position > head : throw ApiClient.Unexpected(what, reply);

    /// <summary>Visible ASCII whatever the handle is written in; another content is another key.</summary>
    private string Key(string what, string content) =>
        "demo-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{what}\n{content}")).AsSpan(0, 16));
}
