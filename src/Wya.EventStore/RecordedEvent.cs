namespace Wya.EventStore;

/// <summary>An event as the log holds it.</summary>
public sealed class RecordedEvent
{
    /// <summary>Dense position in the domain's log, from 1.</summary>
    public required long Position { get; init; }

    public required Guid Id { get; init; }

    public required Guid StreamId { get; init; }

    /// <summary>Dense position in the stream, from 1.</summary>
    public required long Version { get; init; }

    /// <summary>The event's stable name, without the schema version: <c>user.verified</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The schema version under which it was written.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>When it was recorded, UTC; never decreases along a log, but for what is copied from another.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The payload, upcast to the current record type.</summary>
    public required object Data { get; init; }

    public required EventMetadata Metadata { get; init; }
}

/// <summary>Who and what caused an event.</summary>
/// <param name="Source">The domain that recorded it.</param>
public sealed record EventMetadata(
    string Actor,
    string Source,
    string? CorrelationId,
    string? CausationId,
    string? Fingerprint)
{
    /// <summary>
    /// Where it was recorded, when that was in another log of the domain, and it stands here because its stream has moved:
    /// whoever follows the domain has it from there.
    /// </summary>
    public CopiedFrom? CopiedFrom { get; init; }

    public bool IsCopy => CopiedFrom is not null;
}

/// <param name="Log">The other log's name.</param>
/// <param name="Position">Of the event in it.</param>
public sealed record CopiedFrom(string Log, long Position);
