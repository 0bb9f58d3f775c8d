namespace Wya.EventStore.Postgres;

/// <summary>Every limit and interval of a <see cref="LogTail"/>, by name.</summary>
public sealed record LogTailOptions
{
    /// <summary>Events handed over at once; a longer backlog comes in several pages.</summary>
    public int PageEventsMax { get; init; } = 500;

    /// <summary>Payload held in memory for one page; a page ends early when it is reached.</summary>
    public int PageBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>The net under the pushed wake-up: how long a missed one can go unnoticed.</summary>
    public TimeSpan SlowPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the connection that listens shows that it is alive; one that does not is replaced.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause after a fault of the moment; the first is 50 ms, and each is twice the one before.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a tail before a hole waits before it looks again.</summary>
    public TimeSpan AlarmPause { get; init; } = TimeSpan.FromSeconds(5);
}
