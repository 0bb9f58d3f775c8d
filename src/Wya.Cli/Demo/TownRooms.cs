using Bogus;
using Wya.Domain.Identity.Events;

namespace Wya.Cli;

/// <summary>A room that somebody furnishes, a little differently each time.</summary>
/// <param name="Owner">By their place in the town's list.</param>
/// <param name="IsFirst">The one that everybody is given; otherwise they make another.</param>
/// <param name="Template">One of <see cref="RoomTemplates.Names"/>.</param>
/// <param name="Seeds">Of each version.</param>
/// <param name="Visibility">Null where they leave it as it is.</param>
internal sealed record PlannedRoom(int Owner, bool IsFirst, string Template, IReadOnlyList<int> Seeds, string? Visibility);

/// <summary>The rooms of a town; the same for the same town and seed. There are as many as people.</summary>
internal sealed record TownRooms(IReadOnlyList<PlannedRoom> Rooms)
{
    private const int VersionsMax = 4;

    public int Versions => Rooms.Sum(room => room.Seeds.Count);

    public static TownRooms Plan(Town town, int seed)
    {
        var random = new Randomizer(unchecked(seed * 31 + 29));
        string[] plain = [.. RoomTemplates.Names.Except(RoomTemplates.WithCss)];
        int[] owners = [.. Enumerable.Range(0, town.Residents.Count)];
        int more = Math.Min(town.Residents.Count - owners.Length, owners.Length);
        return new TownRooms([.. owners.Select(owner => Plan(owner, true)), .. owners.Take(more).Select(owner => Plan(owner, false))]);

        PlannedRoom Plan(int owner, bool isFirst)
        {
            bool mayStyle = town.Residents[owner].Capabilities.Contains(Capability.RoomCustomizeCss);
            string template = random.ArrayElement(mayStyle ? [.. RoomTemplates.WithCss] : plain);
            string? visibility = random.WeightedRandom([null, "friends", "private"], [0.85f, 0.1f, 0.05f]);
            return new PlannedRoom(owner, isFirst, template, [.. Enumerable.Range(0, random.Int(1, VersionsMax)).Select(_ => random.Int(0, 1_000_000))], visibility);
        }
    }
}
