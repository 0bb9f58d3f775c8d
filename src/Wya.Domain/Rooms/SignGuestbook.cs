using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <param name="EntryId">Of the client's making; also the event's id, so that the same entry is written once.</param>
public sealed record SignGuestbook(string ModuleId, Guid EntryId, string Text)
{
    /// <param name="shown">The guestbooks and polls of the version that is shown.</param>
    public static Decision<RoomEvent> Decide(
        Room room, SignGuestbook command, Doorway doorway, IReadOnlyList<RoomGuestModule> shown, DateTimeOffset now)
    {
        if (Guests.Refuse(room, doorway, now) is { } refused)
        {
            return refused;
        }

        if (!shown.Any(module => module.ModuleId == command.ModuleId && module.Kind == GuestModuleKind.Guestbook))
        {
            return RoomRefusals.ModuleNotFound;
        }

        return IsEntry(command)
            ? new GuestbookSigned(doorway.Self.Id, command.ModuleId, command.EntryId, new Sensitive<string>(doorway.Self.Id.Value, command.Text))
            : RoomRefusals.EntryInvalid;
    }

    private static bool IsEntry(SignGuestbook command) =>
        command.EntryId.Version is 4 or 7
        && command.Text.Length <= 2 * RoomPolicy.EntryCharactersMax
        && command.Text.EnumerateRunes().Count() <= RoomPolicy.EntryCharactersMax
        && !string.IsNullOrWhiteSpace(command.Text);
}

/// <summary>An entry as the rows have it.</summary>
public sealed record GuestbookEntry(string ModuleId, Guid EntryId, Identity.Events.UserId GuestId, bool IsRemoved);

/// <summary>By who wrote it, whose room it is, or a moderator. No writing: also who is muted may do it.</summary>
public sealed record RemoveGuestbookEntry(Guid EntryId)
{
    /// <param name="entry">Null when the room has none of the id.</param>
    public static Decision<RoomEvent> Decide(Room room, Doorway doorway, GuestbookEntry? entry, bool isModerator)
    {
        if (!room.IsThere || !(isModerator || entry?.GuestId == doorway.Self.Id || doorway.MayLook(room.Visibility)))
        {
            return RoomRefusals.RoomNotFound;
        }

        if (entry is null)
        {
            return RoomRefusals.EntryNotFound;
        }

        if (!isModerator && !doorway.IsOwner && entry.GuestId != doorway.Self.Id)
        {
            return RoomRefusals.NotYourEntry;
        }

        return entry.IsRemoved ? Decision<RoomEvent>.Nothing : new GuestbookEntryRemoved(doorway.Self.Id, entry.ModuleId, entry.EntryId);
    }
}

/// <summary>Who may leave something in a room.</summary>
internal static class Guests
{
    public static Refusal? Refuse(Room room, Doorway doorway, DateTimeOffset now) =>
        doorway.Self.IsMuted(now) ? RoomRefusals.Muted // before anything is said about the room
        : room.IsThere && doorway.MayLook(room.Visibility) ? null
        : RoomRefusals.RoomNotFound;
}
