using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Prove.Servers;
using Wya.Testing.Http;

namespace Wya.Prove.BlockRaces;

/// <summary>People two by two: friends who talk, what parts them, and how they come together again.</summary>
internal sealed class Couples : IAsyncDisposable
{
    /// <summary>Tokens live for ten minutes.</summary>
    private static readonly TimeSpan SignInAgainAfter = TimeSpan.FromMinutes(5);

    /// <summary>Presence lives for 90 seconds.</summary>
    private static readonly TimeSpan BeatAgainAfter = TimeSpan.FromSeconds(20);

    private readonly SystemSite site;
    private readonly LogDatabase log;
    private readonly PostgresEventStore identity;
    private readonly ConcurrentDictionary<Guid, (long SignIn, long Beat)> last = [];

    public Couples(SystemSite site)
    {
        this.site = site;
        log = new LogDatabase("identity", site.Database("identity").ConnectionString, IdentityDomain.Definition.Types);
        identity = new PostgresEventStore(log, TimeProvider.System, IdentityDomain.Definition.ReadModels.Where(model => model.Inline));
    }

    public string BirthDateOfMinors { get; } = TimeProvider.System.GetUtcNow().AddYears(-15).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private Uri Address => site.Nodes[0].Address;

    /// <param name="number">Of the first; nobody else may have it or the next one.</param>
    public async Task<Couple> Make(int number, string birthDate, CancellationToken ct)
    {
        Neighbour[] two = await Neighbours.Register(Address, 2, number, birthDate, ct);
        await Taken("graph", $"id in ('{two[0].Id}', '{two[1].Id}')", 2, ct);
        await Taken("messaging", $"id in ('{two[0].Id}', '{two[1].Id}')", 2, ct);
        using var api = new LeanApi(Address);
        await Befriend(api, two[0], two[1], ct);
        await Wait.Until(async () => await site.Database("messaging").Count($"friends where low_id in ('{two[0].Id}', '{two[1].Id}')", ct) == 1, "messaging knows the friends", 60, ct);
        LeanReply created = await api.Must(LeanRequest.Prepare("POST", "/conversations", new { kind = "direct", user_id = two[1].Id }, two[0].Token), ct);
        var couple = new Couple(two[0], two[1], created.Json!["conversation_id"]!.GetValue<Guid>());
        await api.Must(LeanRequest.Prepare("PUT", Neighbours.MessagePath(couple.Conversation, Guid.NewGuid()), new { text = "Hello" }, two[0].Token), ct);
        await Beat(api, couple, ct);
        last[couple.Conversation] = (Stopwatch.GetTimestamp(), Stopwatch.GetTimestamp());
        return couple;
    }

    /// <summary>The two, signed in and around.</summary>
    public async Task<Couple> StillThere(Couple couple, CancellationToken ct)
    {
        (long signIn, long beat) = last[couple.Conversation];
        using var api = new LeanApi(Address);
        if (Stopwatch.GetElapsedTime(signIn) > SignInAgainAfter)
        {
            signIn = Stopwatch.GetTimestamp();
            couple = couple with
            {
                One = couple.One with { Token = await Neighbours.SignIn(api, couple.One.Handle, ct) },
                Other = couple.Other with { Token = await Neighbours.SignIn(api, couple.Other.Handle, ct) },
            };
        }

        if (Stopwatch.GetElapsedTime(beat) > BeatAgainAfter)
        {
            beat = Stopwatch.GetTimestamp();
            await Beat(api, couple, ct);
        }

        last[couple.Conversation] = (signIn, beat);
        return couple;
    }

    /// <returns>The domains that have not taken it yet, as the answer names them.</returns>
    public async Task<IReadOnlyCollection<string>> Block(Couple couple, CancellationToken ct)
    {
        using var api = new LeanApi(Address);
        LeanReply answer = await api.Must(LeanRequest.Prepare("PUT", $"/me/blocks/{couple.Other.Id}", null, couple.One.Token), ct);
        return answer.Status == 202 ? [.. answer.Json!["pending"]!.AsArray().Select(domain => domain!.GetValue<string>())] : [];
    }

    public async Task MakePeace(Couple couple, CancellationToken ct)
    {
        using var api = new LeanApi(Address);
        await api.Must(LeanRequest.Prepare("DELETE", $"/me/blocks/{couple.Other.Id}", null, couple.One.Token), ct);
        await Befriend(api, couple.One, couple.Other, ct);
    }

    /// <summary>As on a birthday, and until the domains that enforce it have taken it.</summary>
    public async Task<IReadOnlyCollection<string>> Grow(Neighbour person, AgeLayer from, AgeLayer to, CancellationToken ct)
    {
        await identity.Transact(User.Stream, person.Id, _ => new AgeLayerChanged(from, to), CommandMetadata.System(Guid.CreateVersion7()), ct);
        string layer = to.ToString().ToLowerInvariant();
        await Taken("graph", $"id = '{person.Id}' and age_layer = '{layer}'", 1, ct);
        await Taken("messaging", $"id = '{person.Id}' and age_layer = '{layer}'", 1, ct);
        return [];
    }

    public async ValueTask DisposeAsync()
    {
        await identity.DisposeAsync();
        await log.DisposeAsync();
    }

    private Task Taken(string domain, string which, int count, CancellationToken ct) => Wait.Until(
        async () => await site.Database(domain).Count($"{(domain == "graph" ? "people" : "users")} where {which}", ct) == count, $"{domain} has heard", 60, ct);

    private static async Task Beat(LeanApi api, Couple couple, CancellationToken ct)
    {
        foreach (Neighbour person in new[] { couple.One, couple.Other })
        {
            await api.Must(LeanRequest.Prepare("POST", "/me/presence/heartbeat", new { activity = "chatting" }, person.Token), ct);
        }
    }

    /// <summary>Both ask.</summary>
    private static async Task Befriend(LeanApi api, Neighbour one, Neighbour other, CancellationToken ct)
    {
        await api.Must(LeanRequest.Prepare("POST", "/me/friend-requests", new { user_id = other.Id }, one.Token), ct);
        await api.Must(LeanRequest.Prepare("POST", "/me/friend-requests", new { user_id = one.Id }, other.Token), ct);
    }
}
