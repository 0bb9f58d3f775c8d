namespace Wya.Api.Rooms.Pages;

/// <summary>Finds what the page of a room shows.</summary>
internal interface IRoomPages
{
    /// <returns>Null for everybody whose room is not shown to whoever asks, and for nobody at all: the answer is the same.</returns>
    Task<RoomToShow?> Find(string handle, CancellationToken ct);
}

/// <param name="Handle">As its owner spells it.</param>
/// <param name="Content">The published object's bytes; null while nothing is published.</param>
/// <param name="Guestbooks">By module, the newest first; as many as are to be shown.</param>
/// <param name="Polls">By module, the votes for each choice.</param>
internal sealed record RoomToShow(
    string Handle,
    ReadOnlyMemory<byte>? Content,
    IReadOnlyDictionary<string, IReadOnlyList<GuestbookLine>> Guestbooks,
    IReadOnlyDictionary<string, IReadOnlyList<int>> Polls);

/// <param name="Handle">Null where guests are not named.</param>
internal sealed record GuestbookLine(string? Handle, string Text, DateOnly Day);
