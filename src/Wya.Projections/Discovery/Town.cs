using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Projections.Discovery;

/// <summary>
/// Who is around, in the memory of one process: where people are, as presence tells whoever listens; and what the graph and
/// identity have said of them, read anew whenever one of their logs says that it has changed. Nothing of it is stored, and
/// nothing is asked for while somebody waits.
/// Whoever is not known for certain (nobody has read their facts yet, or not since they changed) is proposed to nobody.
/// Invariant: somebody stands on the rings of the cells that strangers may know, one for each tier, exactly while they are
/// there and known. So a look costs what it looks at: the nine cells around at each tier, some of each, and friends; never
/// everybody who is there.
/// </summary>
public sealed partial class Town(TimeProvider clock, Talks talks)
{
    /// <summary>Of each tier; who is further along the ring is seen by another viewer, or on another day.</summary>
    public const int OfTierMax = 150;

    public const int FriendsMax = 500;
    public const int FriendsOfFriendsMax = 300;
    public const int FriendsOfFriendsLookedAtMax = 10_000;

    /// <summary>More than this process could hold: then it begins anew.</summary>
    public const int ResidentsMax = 1_000_000;

    /// <summary>What an arrival is rounded to, so that nobody is told a time.</summary>
    public static readonly TimeSpan Slot = TimeSpan.FromMinutes(15);

    /// <summary>Trust fades by itself, and an end of a suspension is nobody's event at that moment.</summary>
    private static readonly TimeSpan FactsLastFor = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Resident> residents = [];
    private readonly Dictionary<(AgeLayer Layer, Cell Cell), Ring> rings = [];
    private readonly Dictionary<Cell, DateTimeOffset> changes = [];
    private readonly Queue<Resident> awaited = [];
    private readonly Queue<Resident> awaitedLater = [];
    private int look;

    /// <summary>How many are there.</summary>
    public int Here
    {
        get
        {
            lock (gate)
            {
                return residents.Values.Count(person => person.Here is not null);
            }
        }
    }

    /// <summary>Raised when somebody's facts are to be read.</summary>
    public event Action? Awaits;

    public void Hear(PresenceEvent told)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (gate)
        {
            Resident person = Known(told.UserId.Value);
            if (told.Time < person.ToldAt)
            {
                return;
            }

            person.ToldAt = told.Time;
            Whereabouts? before = person.Here;
            person.Here = told is { Type: not PresenceEventType.Left, Snapshot: { Status: not PresenceStatus.Offline } snapshot }
                ? new Whereabouts(
                    snapshot.Status, snapshot.Activity, told.FriendsCell is { } hash ? Cell.Parse(hash) : null, snapshot.RoomId, before?.CameAt ?? now, now)
                : null;
            if (before is null || person.Here is null || (before.Cell, before.RoomId) != (person.Here.Cell, person.Here.RoomId))
            {
                Changed(person, before?.Cell, now);
            }

            Settle(person);
            if (person.Here is not null && person.Facts is null)
            {
                Await(person, awaited);
            }
        }

        Awaits?.Invoke();
    }

    /// <summary>Takes away whoever has not been heard of for so long.</summary>
    public void Forget(TimeSpan silent)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (gate)
        {
            foreach (Resident person in residents.Values)
            {
                if (person.Here is { } here && now - here.ToldAt > silent)
                {
                    person.Here = null;
                    Changed(person, here.Cell, now);
                    Settle(person);
                }

                if (person.Here is not null && (person.Facts is null || now - person.ReadAt > FactsLastFor))
                {
                    Await(person, awaitedLater);
                }
            }

            foreach (Cell quiet in changes.Where(one => now - one.Value > DiscoveryResult.Life).Select(one => one.Key).ToArray())
            {
                changes.Remove(quiet);
            }

            if (residents.Count > ResidentsMax)
            {
                residents.Clear();
                rings.Clear();
                awaited.Clear();
                awaitedLater.Clear();
            }
        }
    }

    /// <summary>Something is said of them that their facts do not hold: they are proposed to nobody until they are read again.</summary>
    public void Unsettle(Guid id)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (gate)
        {
            if (!residents.TryGetValue(id, out Resident? person))
            {
                return;
            }

            person.Version++;
            bool wasKnown = person.Facts is not null;
            Changed(person, person.Here?.Cell, now);
            person.Facts = null;
            Settle(person);
            if (wasKnown || person.Here is not null)
            {
                Await(person, awaited);
            }
        }

        Awaits?.Invoke();
    }

    /// <summary>Whose facts are to be read, with what tells whether more was said meanwhile.</summary>
    public IReadOnlyList<(Guid Id, int Version)> Awaited(int max)
    {
        lock (gate)
        {
            List<(Guid, int)> taken = [];
            while (taken.Count < max && (awaited.TryDequeue(out Resident? person) || awaitedLater.TryDequeue(out person)))
            {
                person.IsAwaited = false;
                taken.Add((person.Id, person.Version));
            }

            return taken;
        }
    }

    /// <param name="read">By person; who is not among them is nobody.</param>
    public void Take(IReadOnlyList<(Guid Id, int Version)> asked, IReadOnlyDictionary<Guid, Facts> read)
    {
        DateTimeOffset now = clock.GetUtcNow();
        lock (gate)
        {
            foreach ((Guid id, int version) in asked)
            {
                Resident person = Known(id);
                if (person.Version != version)
                {
                    Await(person, awaited);
                    continue;
                }

                Facts? before = person.Facts;
                Facts? facts = read.GetValueOrDefault(id);
                person.Facts = facts is null ? null : facts with { Friends = [], Blocks = [] }; // they are kept as people
                person.ReadAt = now;
                person.Friends = [.. (facts?.Friends ?? []).Select(Known)];
                person.Blocks = facts is { Blocks.Count: > 0 } ? [.. facts.Blocks] : Resident.NoBlocks;
                Settle(person);
                AwaitFriends(person, now);
                if (before is null)
                {
                    Changed(person, person.Here?.Cell, now);
                }
            }
        }
    }

    /// <summary>Somebody asks: their friends become known in the background.</summary>
    /// <returns>False when they themselves are not known yet.</returns>
    public bool Asks(Guid id)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isKnown;
        lock (gate)
        {
            Resident person = Known(id);
            person.AskedAt = now;
            isKnown = person.Facts is not null;
            AwaitFriends(person, now);
        }

        Awaits?.Invoke();
        return isKnown;
    }

    public int VersionOf(Guid id)
    {
        lock (gate)
        {
            return Known(id).Version;
        }
    }

    /// <summary>When something last changed for somebody: of themselves, of friends, or among the people around them.</summary>
    public DateTimeOffset ChangedAt(Guid id)
    {
        lock (gate)
        {
            if (!residents.TryGetValue(id, out Resident? person))
            {
                return DateTimeOffset.MaxValue;
            }

            DateTimeOffset last = person.ChangedAt;
            foreach (Cell around in person.Here?.Cell?.Within(LocationTier.City).Neighbourhood() ?? [])
            {
                last = changes.TryGetValue(around, out DateTimeOffset at) && at > last ? at : last;
            }

            return last;
        }
    }

    /// <summary>Of each of the others who has one in common with somebody, such a friend.</summary>
    public IReadOnlyDictionary<Guid, Guid> Through(Guid id, IEnumerable<Guid> others)
    {
        lock (gate)
        {
            Dictionary<Guid, Guid> through = [];
            if (residents.TryGetValue(id, out Resident? self))
            {
                HashSet<Resident> own = [.. self.Friends];
                foreach (Guid other in others)
                {
                    if (residents.TryGetValue(other, out Resident? person) && Array.Find(person.Friends, own.Contains) is { } friend)
                    {
                        through[other] = friend.Id;
                    }
                }
            }

            return through;
        }
    }

    public Facts? FactsOf(Guid id)
    {
        lock (gate)
        {
            return residents.GetValueOrDefault(id)?.Facts;
        }
    }

    public Whereabouts? WhereIs(Guid id)
    {
        lock (gate)
        {
            return residents.GetValueOrDefault(id)?.Here;
        }
    }

    /// <summary>Puts them on the rings on which they belong now, and on no others.</summary>
    private void Settle(Resident person)
    {
        (AgeLayer, Cell)? belongs = person is { Here: not null, Facts: { IsBarred: false, IsInvisible: false } facts } && person.ForStrangers is { } cell
            ? (facts.AgeLayer, cell)
            : null;
        if (belongs == person.Ringed)
        {
            return;
        }

        foreach ((AgeLayer Layer, Cell Cell) key in RingsOf(person.Ringed))
        {
            rings[key].Remove(person);
            if (rings[key].Count == 0)
            {
                rings.Remove(key);
            }
        }

        person.Ringed = belongs;
        foreach ((AgeLayer Layer, Cell Cell) key in RingsOf(belongs))
        {
            (rings.TryGetValue(key, out Ring? ring) ? ring : rings[key] = new Ring()).Add(person);
        }
    }

    private static IEnumerable<(AgeLayer Layer, Cell Cell)> RingsOf((AgeLayer Layer, Cell Cell)? place)
    {
        for (LocationTier? tier = place?.Cell.Tier; tier is { } asked; tier = asked == LocationTier.City ? null : asked - 1)
        {
            yield return (place!.Value.Layer, place.Value.Cell.Within(asked));
        }
    }

    private void Changed(Resident person, Cell? before, DateTimeOffset now)
    {
        person.ChangedAt = now;
        foreach (Cell cell in new[] { before, person.Here?.Cell }.OfType<Cell>())
        {
            changes[cell.Within(LocationTier.City)] = now;
        }

        foreach (Resident friend in person.Friends)
        {
            friend.ChangedAt = now;
        }
    }

    private void AwaitFriends(Resident person, DateTimeOffset now)
    {
        if (now - person.AskedAt < DiscoveryResult.Life)
        {
            foreach (Resident friend in person.Friends.Take(FriendsMax).Where(friend => friend.Facts is null && friend.ReadAt == default))
            {
                Await(friend, awaitedLater);
            }
        }
    }

    private static void Await(Resident person, Queue<Resident> queue)
    {
        if (!person.IsAwaited)
        {
            person.IsAwaited = true;
            queue.Enqueue(person);
        }
    }

    private Resident Known(Guid id) => residents.TryGetValue(id, out Resident? person) ? person : residents[id] = new Resident(id);
}
