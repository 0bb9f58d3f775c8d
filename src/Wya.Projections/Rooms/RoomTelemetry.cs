using System.Diagnostics.Metrics;

namespace Wya.Projections.Rooms;

/// <summary>What becomes of publications; never whose they are.</summary>
public static class RoomTelemetry
{
    public const string Name = "Wya.Rooms";

    private static readonly Meter Meter = new(Name);
    private static readonly Counter<long> GivenUp = Meter.CreateCounter<long>("wya.rooms.publications_given_up", "{publication}", "Broken off, and not taken up again in time.");
    private static readonly Counter<long> Orphans = Meter.CreateCounter<long>("wya.rooms.orphans_removed", "{object}", "Objects that nothing referred to.");

    internal static void Swept(Swept swept)
    {
        GivenUp.Add(swept.Reservations);
        Orphans.Add(swept.Objects + swept.Returned);
    }
}
