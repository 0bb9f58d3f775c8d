using Wya.Api.Graph;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Api.Messaging;
using Wya.Api.Rooms;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Discovery;
using Wya.Projections.Graph;
using Wya.Projections.Presence;
using Wya.Projections.Redis;

namespace Wya.Api.Around;

/// <summary>
/// Keeps this process's town in step with the world. It listens to presence, and once a minute walks over all that is there,
/// for what it may not have heard; it follows the logs of identity, the graph and messaging, each from its end; and it reads the
/// facts of whomever they speak of, in the background. A block or a birthday takes kept answers away at once; everything else
/// is gathered by the readers of answers. Nothing here is stored, so each process does it for itself.
/// </summary>
internal sealed class TownWatch : BackgroundService
{
    /// <summary>Also how long an answer is kept though something has changed: changes are gathered for so long.</summary>
    public static readonly TimeSpan GathersFor = TimeSpan.FromSeconds(10);

    private const int TalksBackEvents = 20_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CensusEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan RowsWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    private readonly RedisServer? server;
    private readonly Town town;
    private readonly Talks talks;
    private readonly KnownRooms rooms;
    private readonly RoomsLog roomsLog;
    private readonly Townsfolk folk;
    private readonly DiscoveryResults results;
    private readonly GraphLog graph;
    private readonly IdentityLog identity;
    private readonly MessagingLogs messaging;
    private readonly Settings settings;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Positions positions = new();
    private readonly SemaphoreSlim awaits = new(1, 1);
    private long connection;
    private long censusAt;
    private bool isReached;

    public TownWatch(
        RedisServers redis, Town town, Talks talks, KnownRooms rooms, Townsfolk folk, DiscoveryResults results, GraphLog graph, IdentityLog identity, MessagingLogs messaging, RoomsLog roomsLog,
        Settings settings, TimeProvider clock, ILogger<TownWatch> log)
    {
        (server, this.town, this.talks, this.rooms, this.folk, this.results) = (redis.Presence, town, talks, rooms, folk, results);
        (this.graph, this.identity, this.messaging, this.roomsLog, this.settings, this.clock, this.log) = (graph, identity, messaging, roomsLog, settings, clock, log);
    }

    /// <summary>It knows who is there, as of a moment ago.</summary>
    public bool IsCurrent => Volatile.Read(ref isReached) && Volatile.Read(ref censusAt) is var at and not 0 && clock.GetElapsedTime(at) < 3 * CensusEvery;

    /// <summary>They have just chosen anew, here, how they find and are found.</summary>
    public void Rechosen(UserId user) => town.Unsettle(user.Value);

    public override void Dispose()
    {
        awaits.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var ofRooms = new LogTail(roomsLog.Database, TakeRooms, after: 0, logger: log);
        ofRooms.Start();
        if (server is null)
        {
            await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return; // nobody is around, and answers say so
        }

        town.Awaits += Wake;
        await using var ofIdentity = new LogTail(identity.Database, TakeIdentity, logger: log);
        await using var ofGraph = new LogTail(graph.Database, TakeGraph, logger: log);
        foreach (LogTail tail in (LogTail[])[ofIdentity, ofGraph])
        {
            tail.Start();
            await tail.Begun.WaitAsync(stoppingToken).ConfigureAwait(false); // facts are read after what would change them is heard
        }

        PresenceChannel.Hear(server, town.Hear);
        await Task.WhenAll(
            Forever(Look, LookEvery, stoppingToken), Task.Run(() => ReadFacts(stoppingToken), stoppingToken), Task.WhenAll(messaging.All.Select(log => FollowTalks(log, stoppingToken))))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        town.Awaits -= Wake;
    }

    private void Wake()
    {
        if (awaits.CurrentCount == 0)
        {
            try
            {
                awaits.Release();
            }
            catch (SemaphoreFullException)
            {
                // Somebody else has just done it.
            }
        }
    }

    /// <summary>By itself: without messaging nobody is known to be in talk, and all else goes on.</summary>
    private async Task FollowTalks(MessagingLog messaging, CancellationToken ct)
    {
        long? head = null;
        while (head is null)
        {
            try
            {
                head = await messaging.Store.Head(ct).ConfigureAwait(false);
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                await Task.Delay(ReadAgainAfter, clock, ct).ConfigureAwait(false);
            }
        }

        await using var tail = new LogTail(messaging.Database, TakeMessaging, after: Math.Max(0, head.Value - TalksBackEvents), logger: log);
        tail.Start();
        await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Forever(Func<CancellationToken, Task> work, TimeSpan every, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(every, clock);
        do
        {
            try
            {
                await work(ct).ConfigureAwait(false);
            }
            catch (Exception fault) when (!ct.IsCancellationRequested)
            {
                Volatile.Write(ref isReached, false);
                if (fault is not RedisAwayException)
                {
                    log.LogWarning("The town is not watched for a moment: {Kind}.", fault.GetType().Name);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
    }

    private async Task Look(CancellationToken ct)
    {
        await server!.Ping(ct).ConfigureAwait(false);
        town.Forget(settings.PresenceLifetime + CensusEvery + (2 * LookEvery));
        if (!isReached || connection != server.Connections || clock.GetElapsedTime(censusAt) >= CensusEvery)
        {
            long now = server.Connections;
            await TakeCensus(ct).ConfigureAwait(false);
            (connection, censusAt) = (now, clock.GetTimestamp());
        }

        Volatile.Write(ref isReached, true);
    }

    private async Task TakeCensus(CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var keys = new PresenceKeys(server!, settings.PresenceLifetime);
        await foreach ((Guid user, Present present) in PresenceCensus.Everybody(server!, keys, ct).ConfigureAwait(false))
        {
            town.Hear(PresenceChange.Told(PresenceEventType.Joined, new UserId(user), present, strangersTier: null, now));
        }
    }

    private async Task ReadFacts(CancellationToken ct)
    {
        while (true)
        {
            IReadOnlyList<(Guid Id, int Version)> asked = town.Awaited(Townsfolk.FactsMax);
            if (asked.Count == 0)
            {
                await awaits.WaitAsync(ct).ConfigureAwait(false);
                continue;
            }

            try
            {
                town.Take(asked, await folk.Facts([.. asked.Select(one => one.Id)], ct).ConfigureAwait(false));
            }
            catch (Exception away) when (!ct.IsCancellationRequested)
            {
                log.LogWarning("Facts of the town are not read for a moment: {Kind}.", away.GetType().Name);
                await Task.Delay(ReadAgainAfter, clock, ct).ConfigureAwait(false);
                foreach ((Guid id, _) in asked)
                {
                    town.Unsettle(id);
                }
            }
        }
    }

    private async Task TakeIdentity(TailPage page, CancellationToken ct)
    {
        Guid[] changed = [.. page.Events.Where(Matters).Select(recorded => recorded.StreamId).Distinct()];
        if (changed.Length == 0)
        {
            return;
        }

        Array.ForEach(changed, town.Unsettle);
        UserId[] hidden = [.. page.Events.Where(Hides).Select(recorded => new UserId(recorded.StreamId)).Distinct()];
        await Forget(hidden, ct).ConfigureAwait(false);

        // The graph shows friends by layer and standing, of which it hears a moment later.
        Consumer people = graph.Consumers.Single(consumer => consumer.Name == GraphDomain.People);
        await positions.WaitFor(people, page.To, RowsWait, ct).ConfigureAwait(false);
        Array.ForEach(changed, town.Unsettle);
    }

    private async Task TakeGraph(TailPage page, CancellationToken ct)
    {
        List<UserId> parted = [];
        foreach (RecordedEvent recorded in page.Events)
        {
            UserId[] concerned = recorded.Data switch
            {
                FriendAdded added => [added.UserId, added.FriendId],
                FriendRemoved removed => [removed.UserId, removed.FriendId],
                UserBlocked blocked => [blocked.BlockerId, blocked.BlockedId],
                UserUnblocked unblocked => [unblocked.BlockerId, unblocked.BlockedId],
                TrustUpdated updated => [updated.UserId],
                _ => [],
            };
            Array.ForEach(concerned, user => town.Unsettle(user.Value));
            if (recorded.Data is UserBlocked)
            {
                parted.AddRange(concerned);
            }
        }

        await Forget(parted, ct).ConfigureAwait(false);
    }

    private Task TakeMessaging(TailPage page, CancellationToken ct)
    {
        foreach (RecordedEvent recorded in page.Events)
        {
            if (recorded.Data is MessageSent sent)
            {
                talks.Wrote(recorded.StreamId, sent.SenderId.Value, recorded.Time);
            }
        }

        return Task.CompletedTask;
    }

    private Task TakeRooms(TailPage page, CancellationToken ct)
    {
        rooms.Take(page.Events);
        return Task.CompletedTask;
    }

    private async Task Forget(IReadOnlyCollection<UserId> users, CancellationToken ct)
    {
        if (users.Count > 0)
        {
            await results.Forget(users, await Circles.VersionNow(graph.Database, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        }
    }

    private static bool Hides(RecordedEvent recorded) => recorded.Data is AgeLayerChanged or UserBanned or ErasureRequested or UserErased;

    private static bool Matters(RecordedEvent recorded) => Hides(recorded) || recorded.Data is
        UserSuspended or UserUnsuspended or UserUnbanned or ErasureCancelled or PermissionRestricted or PermissionRestored
        or PresenceSettingsChanged or DiscoveryPreferencesChanged;
}
