using System.Data;
using System.Diagnostics;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Group commit. One thread takes whatever appends are waiting, sends them as one call of <c>wya_append</c>, and answers
/// each caller with its own outcome. While a batch commits, the next one gathers: the more callers, the larger the batch.
/// Invariant: at most one batch of this process is under way, so a decision made on the newest known state can only lose
/// to another process. Correctness rests on the database alone (the head row, versions, unique event ids).
/// When the connection breaks under a batch its outcome is unknown: the same batch is sent again, and what had been
/// committed is recognised by its event ids.
/// Cost: one round trip and one commit a batch; two round trips when there are inline read models.
/// </summary>
internal sealed class LogWriter : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly LogDatabase database;
    private readonly LogWriterOptions options;
    private readonly TimeProvider clock;
    private readonly LogSignal signal;
    private readonly IReadOnlyList<ITablePage> pages;
    private readonly Thread thread;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly DecidedStates decided = new();
    private readonly AppendBatch batch;
    private readonly LogTelemetry telemetry;
    private List<WriteItem> waiting = [];
    private List<WriteItem> taken = [];
    private int waitingCount;
    private bool asleep;
    private bool stopping;
    private NpgsqlConnection? connection;
    private CancellationToken untilPromoted;
    private bool commitWasCancelled;
    private int lastBatchItems;
    private int batchItemsBefore;

    public LogWriter(
        LogDatabase database, LogWriterOptions options, TimeProvider clock, LogSignal signal, IEnumerable<ReadModel> inline, LogTelemetry telemetry)
    {
        this.database = database;
        this.options = options;
        this.clock = clock;
        this.signal = signal;
        this.telemetry = telemetry;
        pages = [.. inline.SelectMany(model => model.Tables).Select(table => table.NewPage())];
        batch = new AppendBatch(database.LogSchema);
        thread = new Thread(Run) { IsBackground = true, Name = $"wya-{database.Name}-writer" };
        thread.Start();
    }

    public int QueueDepth => Volatile.Read(ref waitingCount);

    /// <exception cref="StoreUnavailableException">The queue is full, or the writer has stopped.</exception>
    public void Enqueue(WriteItem item)
    {
        bool mustWake;
        lock (gate)
        {
            if (stopping)
            {
                throw new StoreUnavailableException("The event store is shutting down; nothing was recorded.", RetryAfter);
            }

            if (waiting.Count >= options.QueueItemsMax)
            {
                telemetry.Refused();
                throw new StoreUnavailableException("The event store's queue is full; nothing was recorded.", RetryAfter);
            }

            waiting.Add(item);
            Volatile.Write(ref waitingCount, waiting.Count);
            mustWake = asleep;
            asleep = false;
        }

        if (mustWake)
        {
            wake.Release();
        }
    }

    /// <summary>Writes what is waiting, then stops.</summary>
    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            stopping = true;
            if (asleep)
            {
                asleep = false;
                wake.Release();
            }
        }

        thread.Join();
        wake.Dispose();
        connection?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Run()
    {
        List<WriteItem> joined = [];
        while (Gather())
        {
            joined.Clear();
            batch.Clear();
            decided.Clear();
            int next = 0;
            while (next < taken.Count && joined.Count < options.BatchItemsMax && batch.EventCount < options.BatchEventsMax)
            {
                if (!taken[next].TryJoin(batch, decided))
                {
                    break; // the same command is in this batch: it and all behind it wait, so that order is kept
                }

                joined.Add(taken[next++]);
            }

            taken.RemoveRange(0, next);
            (batchItemsBefore, lastBatchItems) = (lastBatchItems, joined.Count);
            if (batch.PartCount > 0)
            {
                Write(joined);
            }
        }
    }

    /// <summary>Takes what is waiting, after giving the callers just answered a moment to come back. False at the end.</summary>
    private bool Gather()
    {
        if (taken.Count == 0 && lastBatchItems > 0)
        {
            // Of the last two, the larger: callers that are released together come back together.
            int expected = Math.Max(lastBatchItems, batchItemsBefore);
            long start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref waitingCount) < expected && Stopwatch.GetElapsedTime(start) < options.GatherWait)
            {
                Thread.Yield();
            }
        }

        while (true)
        {
            lock (gate)
            {
                if (taken.Count == 0)
                {
                    (taken, waiting) = (waiting, taken);
                }
                else
                {
                    taken.AddRange(waiting);
                    waiting.Clear();
                }

                Volatile.Write(ref waitingCount, 0);
                if (taken.Count > 0)
                {
                    return true;
                }

                if (stopping)
                {
                    return false;
                }

                asleep = true;
            }

            wake.Wait();
        }
    }

    private void Write(List<WriteItem> items)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            Execute(start);
        }
        catch (Exception failure)
        {
            if (items.Count > 1 && failure is not (StoreUnavailableException or OutcomeUnknownException))
            {
                WriteOneByOne(items);
                return;
            }

            foreach (WriteItem item in items)
            {
                item.Fail(failure);
            }

            return;
        }

        telemetry.Wrote(items.Count, batch.EventCount, Stopwatch.GetElapsedTime(start));
        foreach (WriteItem item in items)
        {
            item.Complete(batch);
        }

        signal.Raise(batch.Head);
    }

    /// <summary>One append made the whole batch fail (a fault, not a refusal); alone, it fails alone.</summary>
    private void WriteOneByOne(List<WriteItem> items)
    {
        foreach (WriteItem item in items.ToArray())
        {
            batch.Clear();
            decided.Clear();
            item.TryJoin(batch, decided);
            if (batch.PartCount > 0)
            {
                Write([item]);
            }
        }
    }

    private void Execute(long start)
    {
        bool sent = false;
        TimeSpan pause = TimeSpan.FromMilliseconds(20);
        while (true)
        {
            try
            {
                NpgsqlConnection open = Open();
                sent = true;
                commitWasCancelled = false;
                Call(open);
                if (!commitWasCancelled)
                {
                    return;
                }

                Disconnect(); // the commit was cut short by an administrator: not known to be replicated
            }
            catch (Exception failure) when (Faults.IsTransient(failure) || failure is OperationCanceledException)
            {
                Disconnect();
                if (Stopwatch.GetElapsedTime(start) > options.ReconnectWait || stopping)
                {
                    throw sent
                        ? new OutcomeUnknownException(failure)
                        : new StoreUnavailableException("The event store's database is away; nothing was recorded.", RetryAfter, failure);
                }

                telemetry.Reconnected();
            }

            Thread.Sleep(pause);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 500));
        }
    }

    private void Call(NpgsqlConnection open)
    {
        NpgsqlBatchCommand append = batch.ToCommand(clock.GetUtcNow());
        if (pages.Count == 0 || batch.EventCount == 0)
        {
            using var alone = new NpgsqlBatch(open) { BatchCommands = { append }, Timeout = 0 };
            using NpgsqlDataReader answer = Ask(alone);
            batch.ReadAnswer(answer, untilPromoted);
            return;
        }

        CallWithReadModels(open, append);
    }

    /// <summary>
    /// First round trip: begin, append, and the rows that the events touch (read behind the head row's lock, so they are
    /// fresh). Second: the rows as the recorded events leave them, and the commit.
    /// </summary>
    private void CallWithReadModels(NpgsqlConnection open, NpgsqlBatchCommand append)
    {
        foreach (ITablePage page in pages)
        {
            page.Forget(); // another process may have written the rows since
        }

        foreach (RecordedEvent recorded in batch.Events(database.Domain, onlyRecorded: false))
        {
            foreach (ITablePage page in pages)
            {
                page.Touch(recorded);
            }
        }

        try
        {
            using (var first = new NpgsqlBatch(open) { BatchCommands = { new NpgsqlBatchCommand("begin"), append }, Timeout = 0 })
            {
                List<ITablePage> loading = [];
                foreach (ITablePage page in pages)
                {
                    if (page.Load(database.ReadSchema) is { } load)
                    {
                        first.BatchCommands.Add(load);
                        loading.Add(page);
                    }
                }

                using NpgsqlDataReader answer = Ask(first);
                batch.ReadAnswer(answer, untilPromoted);
                foreach (ITablePage page in loading)
                {
                    answer.NextResultAsync(untilPromoted).GetAwaiter().GetResult();
                    page.Loaded(answer, untilPromoted).GetAwaiter().GetResult();
                }
            }

            foreach (RecordedEvent recorded in batch.Events(database.Domain, onlyRecorded: true))
            {
                foreach (ITablePage page in pages)
                {
                    page.Apply(recorded);
                }
            }

            using var second = new NpgsqlBatch(open) { Timeout = 0 };
            foreach (NpgsqlBatchCommand write in pages.SelectMany(page => page.Write(database.ReadSchema)))
            {
                second.BatchCommands.Add(write);
            }

            second.BatchCommands.Add(new NpgsqlBatchCommand("commit"));
            _ = untilPromoted.CanBeCanceled ? second.ExecuteNonQueryAsync(untilPromoted).GetAwaiter().GetResult() : second.ExecuteNonQuery();
        }
        catch
        {
            Disconnect(); // ends the transaction, whatever state it is in
            throw;
        }
    }

    /// <summary>Where another server can take over, no longer than until it does: a primary that hangs keeps its connections, and never answers.</summary>
    private NpgsqlDataReader Ask(NpgsqlBatch questions) => untilPromoted.CanBeCanceled
        ? questions.ExecuteReaderAsync(untilPromoted).GetAwaiter().GetResult()
        : questions.ExecuteReader();

    private NpgsqlConnection Open()
    {
        if (connection is { State: not ConnectionState.Open } || untilPromoted.IsCancellationRequested)
        {
            Disconnect(); // the keep-alive found it dead while nothing was to be written, or it leads to who was the primary
        }

        if (connection is null)
        {
            connection = WriterConnection.Open(database);
            untilPromoted = database.Hosts.UntilPromoted; // from now on: it may have been opened because another was promoted
            connection.Notice += (_, notice) => commitWasCancelled |= notice.Notice.SqlState == PostgresErrorCodes.Warning;
            batch.Reconnected();
        }

        return connection;
    }

    private void Disconnect()
    {
        connection?.Dispose();
        connection = null;
    }
}
