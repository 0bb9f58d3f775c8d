namespace Wya.Domain.Rooms.Events;

/// <summary>Who may look at a room, within its owner's age layer. Stored in events: names never change.</summary>
public enum RoomVisibility
{
    Public,

    /// <summary>The owner and their friends.</summary>
    Friends,

    /// <summary>The owner alone.</summary>
    Private,
}
