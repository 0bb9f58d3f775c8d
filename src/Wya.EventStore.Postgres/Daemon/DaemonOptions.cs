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

    /// <summary>
    /// A leader that has been silent for so long is frozen: those who stand by end its session. Ten beats missed in a row,
    /// which no collection of garbage takes; a false alarm, on a machine that stands still, costs a change of leader.
    /// </summary>
    public TimeSpan FrozenAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Waits after each failure of a parked event; after the last comes the dead letter, and at once where there is none.</summary>
    public IReadOnlyList<TimeSpan> RetryAfter { get; init; } =
        [.. Enumerable.Range(0, 6).Select(failures => TimeSpan.FromSeconds(1 << failures))];

    /// <summary>
    /// How long one page may search for those of its events that fail in the database, since other streams wait for it.
    /// After that, what is still suspected is set aside, and the retries tell guilty and innocent apart.
    /// </summary>
    public TimeSpan SearchTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long one retry may take, since other streams wait for it; after a longer one the next takes fewer streams.</summary>
    public TimeSpan RetryTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Parked streams in one retry.</summary>
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
