using System.Text.Json.Serialization;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>One of somebody's devices, as its last heartbeat told.</summary>
/// <param name="Id">Of its session; within one person's presence only.</param>
public sealed record PresentDevice(
    string Id, PresenceStatus Status, Activity Activity, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] Guid? RoomId, DateTimeOffset SeenAt);

/// <summary>All of a person's devices together: what the house keeps of somebody who is there, and loses with them.</summary>
/// <param name="Place">Null while they share none.</param>
/// <param name="LocationIsOn">For this stay; what a minor's consent is.</param>
public sealed record Stay(IReadOnlyList<PresentDevice> Devices, KnownPlace? Place = null, bool LocationIsOn = false)
{
    /// <summary>More than anybody carries; the one that has been silent longest makes room.</summary>
    public const int DevicesMax = 8;

    public static readonly Stay Empty = new([]);

    /// <param name="lifetime">A device that has been silent for so long has gone.</param>
    public Stay With(PresentDevice device, TimeSpan lifetime)
    {
        IEnumerable<PresentDevice> others = Devices
            .Where(one => one.Id != device.Id && device.SeenAt - one.SeenAt < lifetime)
            .OrderByDescending(one => one.SeenAt)
            .Take(DevicesMax - 1);
        return this with { Devices = [device, .. others] };
    }

    public Stay Without(string device) => this with { Devices = [.. Devices.Where(one => one.Id != device)] };

    /// <summary>The liveliest of the devices speaks for the person; of two alike, the one heard last.</summary>
    /// <returns>Null when no device is left.</returns>
    public PresenceSnapshot? Merged(DateTimeOffset now, TimeSpan lifetime)
    {
        PresentDevice? liveliest = Devices
            .Where(device => now - device.SeenAt < lifetime)
            .OrderByDescending(device => device.Status)
            .ThenByDescending(device => device.Activity)
            .ThenByDescending(device => device.RoomId is not null)
            .ThenByDescending(device => device.SeenAt)
            .FirstOrDefault();
        return liveliest is null
            ? null
            : new PresenceSnapshot(
                liveliest.Status, liveliest.Activity, Place?.TierAt(now), liveliest.RoomId, Devices.Max(device => device.SeenAt));
    }
}
