namespace Wya.EventStore.Postgres;

/// <summary>Every limit of the write path, by name.</summary>
public sealed record LogWriterOptions
{
    /// <summary>Appends that may wait; beyond it they are refused with <see cref="StoreUnavailableException"/>.</summary>
    public int QueueItemsMax { get; init; } = 4096;

    /// <summary>Appends in one transaction.</summary>
    public int BatchItemsMax { get; init; } = 512;

    /// <summary>Events in one transaction, unless one append alone has more.</summary>
    public int BatchEventsMax { get; init; } = 4096;

    /// <summary>Events in one append.</summary>
    public int AppendEventsMax { get; init; } = 10_000;

    /// <summary>Payload of one event.</summary>
    public int EventBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Payload of one append.</summary>
    public int AppendBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// How long the writer waits for the callers that it has just answered to come back before it takes the next batch.
    /// Without it, half of them miss each batch.
    /// </summary>
    public TimeSpan GatherWait { get; init; } = TimeSpan.FromMicroseconds(150);

    /// <summary>How long a batch is sent again after its connection broke before its outcome is called unknown.</summary>
    public TimeSpan ReconnectWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a command is decided again because somebody else appended first.</summary>
    public int DecideAttemptsMax { get; init; } = 12;

    /// <summary>Streams whose state is kept in memory.</summary>
    public int CachedStatesMax { get; init; } = 50_000;
}
