using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;

namespace Wya.Domain.Rooms;

/// <summary>What an age layer means for rooms, and every limit of them. Protective by default.</summary>
/// <param name="FirstVisibility">Of a room that its owner has said nothing about.</param>
/// <param name="HasOpenAddresses">A public room's objects have addresses that need no signature, so that a cache far away can hold them.</param>
public sealed record RoomPolicy(RoomVisibility FirstVisibility, bool HasOpenAddresses)
{
    /// <summary>Of one person, the first one counted.</summary>
    public const int RoomsMax = 5;

    /// <summary>Of a draft, and so of what is published.</summary>
    public const int DraftBytesMax = 256 * 1024;

    public const int NoteCharactersMax = 200;

    /// <summary>Numbers given out and neither published nor abandoned: what can be left behind for the sweep is bounded by it.</summary>
    public const int PublicationsUnderWayMax = 16;

    /// <summary>Unicode characters, not bytes.</summary>
    public const int EntryCharactersMax = 500;

    /// <summary>Of each part of a statement.</summary>

    private static readonly RoomPolicy Minor = new(RoomVisibility.Friends, HasOpenAddresses: false);
    private static readonly RoomPolicy Transitional = new(RoomVisibility.Public, HasOpenAddresses: false);
    private static readonly RoomPolicy Adult = new(RoomVisibility.Public, HasOpenAddresses: true);

    public static RoomPolicy For(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => Minor,
        AgeLayer.Transitional => Transitional,
        AgeLayer.Adult => Adult,
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };
}
