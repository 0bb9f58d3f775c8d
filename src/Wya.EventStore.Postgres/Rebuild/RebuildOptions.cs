namespace Wya.EventStore.Postgres;

/// <summary>Every limit of a rebuild, by name.</summary>
public sealed record RebuildOptions
{
    /// <summary>Positions of the log that are read, folded and written together.</summary>
    public int PageEvents { get; init; } = 20_000;

    /// <summary>Rows kept in memory between pages; beyond it all are forgotten and read again when needed.</summary>
    public int RowsCachedMax { get; init; } = 100_000;

    /// <summary>The most events that may be left to fold while the live read model is held still.</summary>
    public int EventsUnderLockMax { get; init; } = 1_000;

    /// <summary>How long the rows that hold the live read model still are waited for.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long each table is waited for at the swap; readers and appends queue up behind that wait.</summary>
    public TimeSpan TableLockTimeout { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the live read model may be held still; a worker that freezes meanwhile loses its connection.</summary>
    public TimeSpan HoldMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Attempts to get the locks before the job pauses and says so.</summary>
    public int LockAttemptsMax { get; init; } = 300;

    /// <summary>The pause after a lock was not had; doubles up to ten times this.</summary>
    public TimeSpan LockPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Asked before each page; while it says that live work is behind, the page waits, at most <see cref="YieldMax"/>.</summary>
    public Func<bool>? LiveIsBehind { get; init; }

    /// <summary>The longest that one page gives way to live work, so that a rebuild always ends.</summary>
    public TimeSpan YieldMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a worker without work looks for some.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a worker without work looks for tables that nobody needs any more.</summary>
    public TimeSpan TidyInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Of each table, the rows that differ which are kept to be looked at; all are counted.</summary>
    public int DifferencesKeptMax { get; init; } = 200;

    /// <summary>Of each table, the rows that differ for which the events are sought that made them: that is one more reading of the log.</summary>
    public int DifferencesTracedMax { get; init; } = 20;

    /// <summary>Rows that may be folded anew by themselves; who wants more rebuilds the read model.</summary>
    public int RowsAloneMax { get; init; } = 10_000;

    /// <summary>
    /// How long replaced tables are kept for switching back, and the rows in which a job that has ended found them to differ.
    /// They may hold what live tables have since erased.
    /// </summary>
    public TimeSpan RetiredKept { get; init; } = TimeSpan.FromDays(1);
}
