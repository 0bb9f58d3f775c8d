using Wya.Api.Http;
using Wya.Api.Messaging.Live;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Projections.Presence;

namespace Wya.Api.Around;

/// <summary>
/// Tells those who are connected to this process how their friends' presence changes, whichever process has taken the
/// heartbeat. Strangers are never told: they have to ask. A person is told of another at most once in some seconds, and of
/// everybody together a bounded number of times a minute; what comes faster is gathered, and the last of it told. Who may
/// see whom is read from the rows each time. Everything is bounded, and what does not fit is lost.
/// </summary>
internal sealed class PresenceRoom(
    RedisServers redis, Presences presences, Sightlines sightlines, LiveFeeds feeds, TimeProvider clock, ILogger<PresenceRoom> log) : BackgroundService
{
    public static readonly TimeSpan PairAgainAfter = TimeSpan.FromSeconds(3);

    public const int ViewerFramesPerMinuteMax = 120;

    private const int WaitingMax = 20_000;
    private const int PeopleTogetherMax = 200;
    private const int ToldMax = 200_000;

    private static readonly TimeSpan TellEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LookForExpiredEvery = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, long> due = [];
    private readonly Dictionary<(Guid Viewer, Guid Person), (Seen Seen, long At)> told = [];
    private readonly Dictionary<Guid, UpBudget> budgets = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (redis.Presence is not { } server)
        {
            return;
        }

        PresenceChannel.Hear(server, one => Wait(one.UserId.Value, TimeSpan.Zero));
        long looked = clock.GetTimestamp();
        using var timer = new PeriodicTimer(TellEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await Tell(stoppingToken).ConfigureAwait(false);
                if (clock.GetElapsedTime(looked) >= LookForExpiredEvery)
                {
                    looked = clock.GetTimestamp();
                    await presences.TellOfExpired(stoppingToken).ConfigureAwait(false);
                }
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Presence is not told for a moment: {Kind}.", fault.GetType().Name);
            }
        }
    }

    private void Wait(Guid person, TimeSpan time)
    {
        lock (gate)
        {
            if (due.Count < WaitingMax || due.ContainsKey(person))
            {
                due[person] = clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);
            }
        }
    }

    private async Task Tell(CancellationToken ct)
    {
        Guid[] people = Due();
        Guid[] viewers = people.Length == 0 ? [] : feeds.Users();
        if (viewers.Length == 0)
        {
            return;
        }

        IReadOnlyList<(Guid Viewer, Guid Person)> friends = await sightlines.FriendsAmong(people, viewers, ct).ConfigureAwait(false);
        foreach ((Guid viewer, SeenPerson person) in await presences.See(friends, ct).ConfigureAwait(false))
        {
            Tell(viewer, person);
        }
    }

    private Guid[] Due()
    {
        lock (gate)
        {
            long now = clock.GetTimestamp();
            Guid[] people = [.. due.Where(row => row.Value <= now).Take(PeopleTogetherMax).Select(row => row.Key)];
            foreach (Guid person in people)
            {
                due.Remove(person);
            }

            return people;
        }
    }

    private void Tell(Guid viewer, SeenPerson person)
    {
        Seen seen = person.Seen == Seen.Nothing ? Seen.Offline : person.Seen;
        bool isKnown = told.TryGetValue((viewer, person.UserId), out (Seen Seen, long At) last);
        if (isKnown && last.Seen == seen)
        {
            return;
        }

        if ((isKnown && clock.GetElapsedTime(last.At) < PairAgainAfter) || !Budget(viewer).Take())
        {
            Wait(person.UserId, PairAgainAfter);
            return;
        }

        if (told.Count >= ToldMax)
        {
            told.Clear();
        }

        told[(viewer, person.UserId)] = (seen, clock.GetTimestamp());
        feeds.Offer(new Delivery(viewer, Frame.Of(null, FrameTypes.PresenceChanged, new PresenceChangedData(
            new UserId(person.UserId), seen.Status ?? PresenceStatus.Offline, seen.Activity, seen.LocationTier, seen.RoomId))));
    }

    private UpBudget Budget(Guid viewer)
    {
        if (budgets.Count >= ToldMax)
        {
            budgets.Clear();
        }

        return budgets.TryGetValue(viewer, out UpBudget? known) ? known : budgets[viewer] = new UpBudget(ViewerFramesPerMinuteMax, clock);
    }
}
