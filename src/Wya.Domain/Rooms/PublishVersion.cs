using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>Announces an object that has been written. Its number is this publication's alone.</summary>
/// <param name="Sha256">Lower-case hexadecimal digits.</param>
public sealed record PublishVersion(
    int Version,
    string Sha256,
    int Bytes,
    UserId AuthorId,
    string? Note = null,
    int? RestoredFrom = null,
    IReadOnlyList<RoomGuestModule>? GuestModules = null)
{
    /// <summary>That the author may publish was decided before the object was written; the room may be gone since.</summary>
    public static Decision<RoomEvent> Decide(Room room, PublishVersion command) =>
        !room.IsThere || room.OwnerId != command.AuthorId
            ? RoomRefusals.RoomNotFound
            : new RoomVersionPublished(
                command.Version,
                command.Sha256,
                command.Bytes,
                command.AuthorId,
                command.Note is { } note ? new Sensitive<string>(command.AuthorId.Value, note) : null,
                command.RestoredFrom,
                command.GuestModules is null or [] ? null : command.GuestModules);

    public static bool IsNote(string note) =>
        note.Length <= 2 * RoomPolicy.NoteCharactersMax
        && note.EnumerateRunes().Count() <= RoomPolicy.NoteCharactersMax
        && !string.IsNullOrWhiteSpace(note)
        && !note.Any(char.IsControl);
}
