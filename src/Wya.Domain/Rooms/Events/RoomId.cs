namespace Wya.Domain.Rooms.Events;

/// <summary>A room; also the id of its stream in the log of rooms.</summary>
public readonly record struct RoomId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
