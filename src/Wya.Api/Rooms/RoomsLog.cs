using Wya.Api.Http;
using Wya.Projections;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;

namespace Wya.Api.Rooms;

/// <summary>The log of rooms and their read models, as this process reaches them, and the store of their objects.</summary>
internal sealed class RoomsLog(LogDatabases databases, IObjects objects, TimeProvider clock) : OpenDomain(RoomsDomain.Definition.Name, databases, clock)
{
    public IObjects Objects => objects;

    public override HeldBy Held => base.Held with { Objects = objects };
}
