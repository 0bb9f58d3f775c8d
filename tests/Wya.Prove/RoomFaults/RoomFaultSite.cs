using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;
using Wya.Prove.Servers;
using Wya.Testing.S3;

namespace Wya.Prove.RoomFaults;

/// <summary>What a publisher needs to know; handed to those in processes of their own.</summary>
internal sealed record PublisherPlan(string ConnectionString, string KeysConnectionString, string RingFile, string Endpoint, S3Settings Settings)
{
    /// <summary>Short, because here answers are kept back on purpose.</summary>
    public static readonly TimeSpan AnswersWithin = TimeSpan.FromMilliseconds(700);
}

/// <summary>One publisher: the log of rooms and the store, as a process of the system has them.</summary>
internal sealed class Publisher : IAsyncDisposable
{
    private readonly SubjectKeys subjects;
    private readonly LogDatabase log;
    private readonly S3Objects objects;

    public Publisher(PublisherPlan plan)
    {
        DomainDefinition rooms = RoomsDomain.Definition;
        var ring = KeyRing.ReadFile(plan.RingFile);
        subjects = new SubjectKeys(plan.KeysConnectionString, ring, TimeProvider.System);
        log = new LogDatabase(rooms.Name, plan.ConnectionString, rooms.Types, keys: new LogKeys(subjects, ring.ClaimPepper));
        Store = new PostgresEventStore(log, TimeProvider.System, rooms.ReadModels.Where(model => model.Inline));
        objects = new S3Objects(plan.Settings with { Endpoint = plan.Endpoint }, PublisherPlan.AnswersWithin);
    }

    public LogDatabase Log => log;

    public PostgresEventStore Store { get; }

    public S3Objects Objects => objects;

    public RoomSweep Sweep => new(log, Store, objects, TimeProvider.System);

    public async Task NewRoom(Guid room, Guid owner) => await Store.Append(new Append(
        CommandMetadata.System(Guid.NewGuid()),
        new StreamAppend(room, "room", ExpectedVersion.None, [new RoomCreated(new UserId(owner), RoomVisibility.Public, IsFirst: true)])));

    /// <summary>As a client would that is told nothing: from the beginning, or from wherever the last attempt ended.</summary>
    public async Task<Publications.Outcome> Publish(Guid command, Guid room, Guid owner, string text)
    {
        if (await Store.FindEvent(command) is { } earlier)
        {
            return Publications.Of(earlier);
        }

        Reservation reservation = await Reservations.Find(log, command)
            ?? await Reservations.Take(
                log, command, new RoomId(room), new UserId(owner), null, new Manuscript(Encoding.UTF8.GetBytes(text), []), DateTimeOffset.UtcNow)
            ?? throw new InvalidOperationException("Too many publications are under way in one room.");
        return await new Publications(log, Store, objects, TimeProvider.System)
            .Finish(reservation, new CommandMetadata(owner.ToString(), command));
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await log.DisposeAsync();
        await subjects.DisposeAsync();
        objects.Dispose();
    }
}

/// <summary>The databases, the real store, what stands before it, and the comparison of all of them.</summary>
internal sealed class RoomFaultSite : IAsyncDisposable
{
    private readonly PostgresInstance? ownServer;
    private readonly ProofDatabase database;
    private readonly S3Server store;
    private readonly S3Objects direct;

    private RoomFaultSite(PostgresInstance? ownServer, ProofDatabase database, S3Server store, FaultyStore faults, PublisherPlan plan)
    {
        this.ownServer = ownServer;
        this.database = database;
        this.store = store;
        direct = new S3Objects(plan.Settings);
        Faults = faults;
        Plan = plan;
        Publisher = new Publisher(plan);
    }

    public FaultyStore Faults { get; }

    public PublisherPlan Plan { get; }

    public Publisher Publisher { get; }

    /// <summary>Past whatever goes wrong.</summary>
    public S3Objects Direct => direct;

    /// <param name="Dangling">Versions in the log whose object is not there, or is not what the log says.</param>
    /// <param name="Overwritten">Objects that are not what was stored first under their name.</param>
    /// <param name="Orphans">Objects to which nothing refers.</param>
    internal sealed record Comparison(int Versions, int Dangling, int Overwritten, IReadOnlyCollection<string> Orphans);

    public static async Task<RoomFaultSite> Open(ProofEnvironment environment, CancellationToken ct)
    {
        PostgresInstance? own = environment.AdminConnectionString is null ? await PostgresInstance.Create(environment, "room-faults-server", ct: ct) : null;
        string admin = environment.AdminConnectionString ?? own!.AdminConnectionString;
        DomainDefinition rooms = RoomsDomain.Definition;
        Task<S3Server> starting = S3Server.Start();
        ProofDatabase database = await ProofDatabase.Create(admin, "roomfaults_rooms", [.. rooms.Kept], null, ct, rooms.PrepareSql);
        ProofKeys keys = await ProofKeys.Create(admin, environment.Folder("room-faults"), ct);
        S3Server store = await starting;
        var settings = new S3Settings(store.Endpoint, "us-east-1", "wya-rooms", store.AccessKey, store.SecretKey);
        using (var first = new S3Objects(settings, TimeSpan.FromSeconds(60)))
        {
            await first.CreateBucket(ct); // the first bucket of a server takes its time
        }

        var faults = new FaultyStore(store.Port);
        return new RoomFaultSite(
            own, database, store, faults, new PublisherPlan(database.ConnectionString, keys.ConnectionString, keys.RingFile, faults.Endpoint, settings));
    }

    /// <summary>The log, the store, and what was stored first, against each other.</summary>
    /// <param name="foreign">Objects that the proof has put there itself.</param>
    public async Task<Comparison> Compare(IReadOnlyCollection<string> foreign, CancellationToken ct)
    {
        Dictionary<string, string> referred = new(StringComparer.Ordinal);
        await foreach (RecordedEvent recorded in Publisher.Store.ReadLog(new LogRange(Types: ["room.version_published"]), ct))
        {
            var published = (RoomVersionPublished)recorded.Data;
            referred.Add(RoomObject.Key(new RoomId(recorded.StreamId), published.Version), published.Sha256);
        }

        ConcurrentDictionary<string, string> stored = new(StringComparer.Ordinal);
        await Parallel.ForEachAsync(direct.List("room/", ct), ct, async (key, stop) =>
            stored[key] = Convert.ToHexStringLower(SHA256.HashData((await direct.Read(key, stop))!)));

        return new Comparison(
            referred.Count,
            referred.Count(version => stored.GetValueOrDefault(version.Key) != version.Value),
            stored.Count(one => Faults.FirstStored.TryGetValue(one.Key, out string? first) && first != one.Value),
            [.. stored.Keys.Except(referred.Keys).Except(foreign)]);
    }

    public async ValueTask DisposeAsync()
    {
        await Publisher.DisposeAsync();
        await Faults.DisposeAsync();
        direct.Dispose();
        await store.DisposeAsync();
        await database.DisposeAsync();
        if (ownServer is not null)
        {
            await ownServer.DisposeAsync();
        }
    }
}
