namespace Wya.EventStore.Postgres;

/// <summary>Every limit and interval of the daemon, by name.</summary>
public sealed record DaemonOptions
{
    /// <summary>Events folded and written in one transaction.</summary>
    public int PageEventsMax { get; init; } = 5_000;

    /// <summary>Events handled one by one in one transaction.</summary>
    public int HandledPageEventsMax { get; init; } = 500;

    /// <summary>Payload held in memory for one page; a page ends early when it is reached.</summary>
    public int PageBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Rows that a read model keeps in memory between pages.</summary>
    public int CachedRowsMax { get; init; } = 50_000;

    /// <summary>The net under the pushed wake-up: how long a missed one can go unnoticed.</summary>
    public TimeSpan SlowPoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a process stands for election, and shows that it is alive.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A leader that has been silent for so long is frozen: those who stand by end its session.</summary>
    public TimeSpan FrozenAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Waits after each failure of a parked event; after the last comes the dead letter.</summary>
    public IReadOnlyList<TimeSpan> RetryAfter { get; init; } =
        [.. Enumerable.Range(0, 6).Select(failures => TimeSpan.FromSeconds(1 << failures))];

    /// <summary>Parked streams in one retry; other streams wait for it, so it is short.</summary>
    public int RetryStreamsMax { get; init; } = 64;

    /// <summary>Events of one parked stream in one retry; a longer stream resumes in several.</summary>
    public int RetryEventsPerStreamMax { get; init; } = 64;

    /// <summary>Parked streams of one consumer. Beyond it the fault is not in the data, and the consumer stands still.</summary>
    public int ParkedStreamsMax { get; init; } = 100_000;

    /// <summary>The longest pause after a fault of the moment; the first is 50 ms, and each is twice the one before.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a consumer that stands still with an alarm waits before it looks again.</summary>
    public TimeSpan AlarmPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long <see cref="ProjectionDaemon.Stop"/> waits for the pages under way.</summary>
    public TimeSpan StopWait { get; init; } = TimeSpan.FromSeconds(10);
}
