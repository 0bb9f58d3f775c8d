using Wya.Api.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Around;

/// <summary>What rooms show now and to whom, by their own rows: asked before any room is shown in a list.</summary>
internal sealed class RoomsInSight(RoomsLog rooms)
{
    /// <returns>Of those that show something: who may look.</returns>
    public Task<IReadOnlyDictionary<Guid, RoomVisibility>> Of(IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        RoomDoors.Shown(rooms.Database, ids, ct);
}
