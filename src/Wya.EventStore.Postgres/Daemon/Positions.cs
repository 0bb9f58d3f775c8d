using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Wya.EventStore.Postgres;

public enum WaitResult
{
    /// <summary>What the position stands for is in the consumer's rows.</summary>
    Reached,

    /// <summary>Not within the time.</summary>
    TimedOut,

    /// <summary>The log has not come that far: nobody can have been given this position.</summary>
    BeyondHead,

    /// <summary>Too many are waiting already.</summary>
    TooManyWaiters,
}

/// <param name="Position">Where the consumer was when last seen.</param>
public readonly record struct Waited(WaitResult Result, long Position);

/// <summary>
/// Waits until a consumer has reached a position of its source, so that a caller reads its own writes. Whoever leads it,
/// in this process or another: progress in this process wakes the waiters at once; for the rest, one poll a consumer runs
/// while anybody waits, however many wait.
/// </summary>
/// <param name="waitersMax">Waiters in this process.</param>
public sealed class Positions(int waitersMax = 1_000)
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan SlowestPoll = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<Consumer, Watch> watches = new();
    private int waiters;

    public async Task<Waited> WaitFor(Consumer consumer, long position, TimeSpan atMost, CancellationToken ct = default)
    {
        if (consumer.Progress.Head >= position)
        {
            return new Waited(WaitResult.Reached, consumer.Progress.Head);
        }

        long start = Stopwatch.GetTimestamp();
        if (Interlocked.Increment(ref waiters) > waitersMax)
        {
            Interlocked.Decrement(ref waiters);
            return new Waited(WaitResult.TooManyWaiters, consumer.Progress.Head);
        }

        Watch watch = watches.GetOrAdd(consumer, static consumer => new Watch(consumer));
        watch.Enter();
        try
        {
            if (position > consumer.Source.Signal.Head && position > await Head(consumer, ct).ConfigureAwait(false))
            {
                return new Waited(WaitResult.BeyondHead, consumer.Progress.Head);
            }

            while (consumer.Progress.Head < position)
            {
                TimeSpan left = atMost - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    return new Waited(WaitResult.TimedOut, consumer.Progress.Head);
                }

                await consumer.Progress.WaitBeyond(position - 1, left, ct).ConfigureAwait(false);
            }

            return new Waited(WaitResult.Reached, consumer.Progress.Head);
        }
        finally
        {
            watch.Leave();
            Interlocked.Decrement(ref waiters);
        }
    }

    /// <summary>Where the consumer stands now.</summary>
    public static Task<long> Of(Consumer consumer, CancellationToken ct = default) => Of(consumer.Target, consumer.ProgressionName, ct);

    /// <summary>Where the consumer of that name stands in <c>mt_event_progression</c> of the database that holds its rows.</summary>
    public static Task<long> Of(LogDatabase target, string progressionName, CancellationToken ct = default) =>
        Scalar(target, $"select coalesce((select last_seq_id from {target.LogSchema}.mt_event_progression where name = $1), 0)", progressionName, ct);

    /// <summary>The head of the log that the consumer follows.</summary>
    public static async Task<long> Head(Consumer consumer, CancellationToken ct = default)
    {
        long head = await Scalar(consumer.Source, $"select position from {consumer.Source.LogSchema}.wya_log_head", null, ct).ConfigureAwait(false);
        consumer.Source.Signal.Raise(head);
        return head;
    }

    private static async Task<long> Scalar(LogDatabase database, string sql, string? name, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(sql);
        if (name is not null)
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        }

        return Convert.ToInt64(await command.ExecuteScalarAsync(ct).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }

    /// <summary>Polls a consumer's position while anybody waits for it.</summary>
    private sealed class Watch(Consumer consumer)
    {
        private readonly Lock gate = new();
        private int waiting;
        private bool polls;

        public void Enter()
        {
            lock (gate)
            {
                waiting++;
                if (!polls)
                {
                    polls = true;
                    _ = Task.Run(Poll);
                }
            }
        }

        public void Leave()
        {
            lock (gate)
            {
                waiting--;
            }
        }

        private async Task Poll()
        {
            TimeSpan pause = FirstPoll;
            while (true)
            {
                lock (gate)
                {
                    if (waiting == 0)
                    {
                        polls = false;
                        return;
                    }
                }

                try
                {
                    consumer.Progress.Raise(await Of(consumer).ConfigureAwait(false));
                }
                catch (Exception failure) when (failure is NpgsqlException or TimeoutException or ObjectDisposedException)
                {
                    // The waiters' time ends by itself.
                }

                await Task.Delay(pause).ConfigureAwait(false);
                pause = pause * 2 < SlowestPoll ? pause * 2 : SlowestPoll;
            }
        }
    }
}
