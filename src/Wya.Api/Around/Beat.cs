using Wya.Domain.Presence.Events;

namespace Wya.Api.Around;

/// <summary>A heartbeat: that somebody is there, and what with.</summary>
/// <param name="RoomId">The room that they are in.</param>
/// <param name="Position">Null leaves the place as it was.</param>
/// <param name="LocationIsOn">For this stay; null leaves it as it was.</param>
internal sealed record Beat(PresenceStatus Status, Activity Activity, Guid? RoomId, PositionReport? Position, bool? LocationIsOn);

/// <param name="Id">Known within its person's presence only.</param>
/// <param name="IsVerified">It speaks in a session that was opened here.</param>
internal sealed record Device(string Id, bool IsVerified)
{
    public const int NameCharactersMax = 40;

    /// <summary>Each session is a device; where an authority keeps the sessions, a client gives its device a name.</summary>
    public static Device Of(Guid? session, string? name) =>
        name is null && session is { } own ? new Device(own.ToString("n"), IsVerified: true) : new Device(name ?? "only", IsVerified: false);
}
