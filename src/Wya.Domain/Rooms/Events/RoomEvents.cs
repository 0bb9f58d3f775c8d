using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms.Events;

// These records are the storage format: what was written once is read for ever, here and in every domain that subscribes.
// A payload may gain an optional field, and a field may become sealed (then its version rises); anything else is a new
// event. docs/reference/events.md says what each one means, docs/reference/schemas holds what each one may contain.

/// <summary>What can happen to a room. One stream a room. What it looks like is in the objects that its versions name.</summary>
public abstract record RoomEvent
{
    private protected RoomEvent() { }
}

/// <param name="IsFirst">The one that everybody is given.</param>
[EventType("room.created")]
public sealed record RoomCreated(UserId OwnerId, RoomVisibility Visibility, bool IsFirst) : RoomEvent;

/// <summary>The object is there, and visitors see it from now on.</summary>
/// <param name="Version">Of 1 and up; never used twice, and some are never used.</param>
/// <param name="Sha256">Of the object's bytes, in lower-case hexadecimal digits.</param>
/// <param name="Bytes">The object's size.</param>
/// <param name="RestoredFrom">The version whose contents it repeats.</param>
/// <param name="GuestModules">Where guests may leave something: so that nobody need read the object to let them.</param>
[EventType("room.version_published")]
public sealed record RoomVersionPublished(
    int Version,
    string Sha256,
    int Bytes,
    UserId AuthorId,
    Sensitive<string>? Note = null,
    int? RestoredFrom = null,
    IReadOnlyList<RoomGuestModule>? GuestModules = null) : RoomEvent;

/// <param name="ModuleId">As the object names it.</param>
/// <param name="Choices">Of a poll; 0 for a guestbook.</param>
public sealed record RoomGuestModule(string ModuleId, GuestModuleKind Kind, int Choices = 0);

public enum GuestModuleKind
{
    Guestbook,
    Poll,
}

/// <summary>
/// The number was given out, and nothing came of it. It has the id that the publication would have had: whichever of the two
/// is recorded first keeps the other out for ever, so that what is removed with it can never be referred to.
/// </summary>
[EventType("room.version_abandoned")]
public sealed record RoomVersionAbandoned(int Version) : RoomEvent;

/// <summary>Visitors see an earlier version, or a later one, again.</summary>
[EventType("room.rolled_back")]
public sealed record RoomRolledBack(int Version, UserId RolledBackBy) : RoomEvent;

[EventType("room.visibility_changed")]
public sealed record RoomVisibilityChanged(RoomVisibility Visibility) : RoomEvent;

[EventType("room.deleted")]
public sealed record RoomDeleted(UserId DeletedBy) : RoomEvent;

/// <summary>Nobody is shown this version any more. If visitors saw it, they see the version that is named, or none.</summary>
/// <param name="ActionId">Names it in its reversal.</param>
/// <param name="ActiveVersion">Of 0 when nothing is left to show.</param>
/// <param name="Statement">What the owner is told, sealed under their key.</param>
[EventType("room.version_taken_down")]
public sealed record RoomVersionTakenDown(
    int Version, Guid ActionId, UserId ModeratorId, int ActiveVersion, Sensitive<TakedownStatement> Statement) : RoomEvent;

/// <param name="What">Was decided, about what.</param>
/// <param name="Facts">On which it rests.</param>
/// <param name="Ground">The law, or the rule of this place.</param>
/// <param name="Appeal">How the owner can have it looked at again.</param>
/// <param name="AutomationDetected">A program drew attention to it.</param>
/// <param name="AutomationDecided">Always false so far: a person decides.</param>
public sealed record TakedownStatement(string What, string Facts, string Ground, string Appeal, bool AutomationDetected = false, bool AutomationDecided = false);

/// <summary>The decision was reversed.</summary>
/// <param name="ActiveVersion">What visitors see from now on.</param>
[EventType("room.version_reinstated")]
public sealed record RoomVersionReinstated(int Version, Guid ActionId, int ActiveVersion, UserId? ReinstatedBy = null) : RoomEvent;

/// <summary>What guests leave in a room. None of it changes what may happen next.</summary>
/// <param name="GuestId">Who did it.</param>
/// <param name="ModuleId">The guestbook or the poll.</param>
public abstract record GuestEvent(UserId GuestId, string ModuleId) : RoomEvent;

/// <param name="EntryId">Of the guest's choosing.</param>
[EventType("guest.book_signed")]
public sealed record GuestbookSigned(UserId GuestId, string ModuleId, Guid EntryId, Sensitive<string> Text) : GuestEvent(GuestId, ModuleId);

/// <param name="GuestId">Who removed it: who wrote it, the owner, or a moderator.</param>
[EventType("guest.entry_removed")]
public sealed record GuestbookEntryRemoved(UserId GuestId, string ModuleId, Guid EntryId) : GuestEvent(GuestId, ModuleId);

/// <param name="Choice">Of 0 and up; the newest vote of a guest counts.</param>
[EventType("guest.poll_voted")]
public sealed record PollVoted(UserId GuestId, string ModuleId, int Choice) : GuestEvent(GuestId, ModuleId);
