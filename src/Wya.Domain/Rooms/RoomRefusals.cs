using System.Globalization;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>Every reason for which rooms turn a command down. Codes are published and never change their meaning.</summary>
public static class RoomRefusals
{
    /// <summary>Also for one that the person may not look at: another layer, a block, not a friend, all alike.</summary>
    public static Refusal RoomNotFound { get; } = new(
        "room-not-found", "There is no such room.", RefusalKind.NotFound);

    public static Refusal VersionNotFound { get; } = new(
        "room-version-not-found", "This room has no such version.", RefusalKind.NotFound);

    public static Refusal NotYourRoom { get; } = new(
        "not-your-room", "Only whose room it is does this.", RefusalKind.Forbidden);

    public static Refusal RoomsFull { get; } = new(
        "rooms-full",
        string.Create(CultureInfo.InvariantCulture, $"One person has at most {RoomPolicy.RoomsMax} rooms."),
        RefusalKind.Conflict);

    public static Refusal VersionTakenDown { get; } = new(
        "room-version-taken-down", "This version was taken down; the statement says why, and how to appeal.", RefusalKind.Conflict);

    public static Refusal DraftNotFound { get; } = new(
        "draft-not-found", "There is no draft of this room.", RefusalKind.NotFound);

    public static Refusal NoteInvalid { get; } = new(
        "room-note-invalid",
        string.Create(CultureInfo.InvariantCulture, $"A note has 1 to {RoomPolicy.NoteCharactersMax} characters, and no control characters."),
        RefusalKind.Invalid);

    /// <summary>What is wrong with each module comes with it.</summary>
    public static Refusal ContentRefused { get; } = new(
        "room-content-refused", "What the room would hold cannot be published; the refusals say which part, and why.", RefusalKind.Invalid);

    public static Refusal PublicationExpired { get; } = new(
        "publication-expired", "This publication was given up because it was not finished in time; publish anew, under a new key.", RefusalKind.Conflict);

    public static Refusal TooManyPublications { get; } = new(
        "too-many-publications",
        string.Create(CultureInfo.InvariantCulture, $"A room has at most {RoomPolicy.PublicationsUnderWayMax} publications under way; finish those, under their keys."),
        RefusalKind.Conflict);

    public static Refusal ModuleNotFound { get; } = new(
        "room-module-not-found", "The room has no such guestbook or poll now.", RefusalKind.NotFound);

    public static Refusal EntryNotFound { get; } = new(
        "guestbook-entry-not-found", "There is no such entry in this room.", RefusalKind.NotFound);

    public static Refusal EntryInvalid { get; } = new(
        "guestbook-entry-invalid",
        string.Create(CultureInfo.InvariantCulture, $"An entry has an id of the client's, a uuid of version 4 or 7, and 1 to {RoomPolicy.EntryCharactersMax} characters that are not all blank."),
        RefusalKind.Invalid);

    public static Refusal EntryIdReused { get; } = new(
        "guestbook-entry-id-reused", "Another entry was written under this id; take a new one.", RefusalKind.Invalid);

    public static Refusal NotYourEntry { get; } = new(
        "not-your-entry", "An entry is removed by who wrote it, by whose room it is, or by a moderator.", RefusalKind.Forbidden);

    public static Refusal ChoiceInvalid { get; } = new(
        "poll-choice-invalid", "The poll has no such choice.", RefusalKind.Invalid);

    public static Refusal Muted { get; } = new(
        "muted", "You are muted for now: you can read, and not write.", RefusalKind.Forbidden);

    public static IReadOnlyList<Refusal> All { get; } =
    [
        RoomNotFound, VersionNotFound, NotYourRoom, RoomsFull, VersionTakenDown, DraftNotFound, NoteInvalid, ContentRefused,
        PublicationExpired, TooManyPublications, ModuleNotFound, EntryNotFound, EntryInvalid, EntryIdReused, NotYourEntry, ChoiceInvalid, Muted,
        CapabilityMissing("room.create"),
    ];

    /// <summary>As the same lack is answered everywhere.</summary>
    public static Refusal CapabilityMissing(string capability) =>
        new("capability-missing", $"This needs the capability '{capability}'.", RefusalKind.Forbidden);
}
