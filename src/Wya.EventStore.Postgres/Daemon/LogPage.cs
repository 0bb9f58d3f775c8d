namespace Wya.EventStore.Postgres;

/// <summary>One position of the log: an event, or why this build cannot read it, or neither when it is archived.</summary>
internal readonly record struct LogEntry(long Position, Guid StreamId, RecordedEvent? Recorded, string? Error);

/// <summary>Consecutive events of a log.</summary>
/// <param name="From">The position before the first.</param>
/// <param name="To">The last position that the page accounts for; archived events are accounted for and left out.</param>
/// <param name="Head">The committed head when the page was read.</param>
/// <param name="HoleAt">The first position that should be there and is not; the page ends before it.</param>
/// <param name="Oldest">The time of the page's first event.</param>
internal sealed record LogPage(long From, long To, long Head, IReadOnlyList<LogEntry> Entries, long? HoleAt, DateTimeOffset? Oldest)
{
    public bool IsEmpty => To == From;

    public bool HasMore => To < Head && HoleAt is null;
}
