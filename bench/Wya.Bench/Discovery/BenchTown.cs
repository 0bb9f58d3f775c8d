using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Projections.Discovery;

namespace Wya.Bench.Discovery;

/// <summary>So many people in one city of nine cells, each with three hundred friends of whom most live elsewhere in it.</summary>
internal sealed class BenchTown
{
    public const int FriendsEach = 300;

    private static readonly Cell Middle = Cell.Parse("u33d")!.Value;

    private BenchTown(Town town, Guid[] people)
    {
        Town = town;
        People = people;
    }

    public Town Town { get; }

    public Guid[] People { get; }

    public static BenchTown Create(int people)
    {
        var random = new Random(7);
        var town = new Town(TimeProvider.System, new Talks(TimeProvider.System));
        Guid[] ids = [.. Enumerable.Range(0, people).Select(_ => Any(random))];
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        foreach (Guid id in ids)
        {
            town.Hear(new PresenceEvent(
                PresenceEventType.Joined, new UserId(id), now, new PresenceSnapshot(PresenceStatus.Online, Activity.Browsing, LocationTier.Immediate, null, now),
                FriendsCell: Somewhere(random).Hash));
        }

        foreach (Guid[] page in ids.Chunk(1_000))
        {
            town.Take(
                [.. page.Select(id => (id, town.VersionOf(id)))],
                page.ToDictionary(id => id, _ => new Facts(
                    AgeLayer.Adult, IsBarred: false, IsInvisible: false, IsRestricted: false, DiscoveryPreferences.Default, LocationTier.Immediate, LocationTier.Nearby,
                    (TrustBand)random.Next(3), [.. Enumerable.Range(0, Math.Min(FriendsEach, people / 2)).Select(_ => ids[random.Next(ids.Length)]).Distinct()], [])));
        }

        return new BenchTown(town, ids);
    }

    /// <summary>Within nine cells of a city; as dense everywhere.</summary>
    private static Cell Somewhere(Random random)
    {
        const int fine = 1 << 7;
        return new Cell(
            LocationTier.Immediate, ((Middle.Row - 1) * fine) + random.Next(3 * fine), ((Middle.Column - 1) * fine * 2) + random.Next(3 * fine * 2));
    }

    private static Guid Any(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
