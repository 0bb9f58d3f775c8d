using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Runs one consumer for as long as this process lives. While it leads: read a page after the position, work through it,
/// move the position, retry what is due of the parked streams, and when the end is reached wait for more.
/// Invariants: what is written and the position are one transaction, refused unless the epoch is the newest and the
/// position is where this leader believes it (so every event counts once, whoever leads); no position is passed that was
/// not seen; events of one stream are applied in order.
/// Whatever goes wrong, the answer is the same: forget what is remembered, take over again under a new epoch, and go on
/// from what the database says. Faults of the moment pause it; a hole in the log, a log shorter than the position, or a
/// missing table make it stand still with an alarm until that is mended.
/// Cost: a page is one read, one look-up of rows not yet known, and one write; the next page is read while this one is
/// worked through. At the end of the log one read serves all who follow it, and a page of which no event concerns the
/// consumer costs no transaction: its position is stored with those of others.
/// </summary>
internal sealed class ConsumerRunner
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly Consumer consumer;
    private readonly Candidate candidate;
    private readonly PassedPositions passed;
    private readonly DaemonOptions options;
    private readonly string leader;
    private readonly ILogger logger;
    private readonly TimeProvider clock;
    private readonly IWork work;
    private readonly LogPageReader reader;
    private readonly SliceWriter writer;
    private readonly ParkedRetry retry;
    private Lead? lead;
    private TimeSpan pause = FirstPause;
    private long lastLook;

    public ConsumerRunner(
        Consumer consumer, Candidate candidate, PassedPositions passed, DaemonOptions options, TimeProvider clock, string leader, ILogger logger)
    {
        this.consumer = consumer;
        this.candidate = candidate;
        this.passed = passed;
        this.options = options;
        this.clock = clock;
        this.leader = leader;
        this.logger = logger;
        Gauges = new ConsumerGauges(consumer);
        work = consumer.NewWork(options);
        reader = new LogPageReader(consumer.Source, consumer.Opens);
        writer = new SliceWriter(consumer, work);
        retry = new ParkedRetry(consumer, new LogPageReader(consumer.Source, consumer.Opens), writer, options, clock);
    }

    public ConsumerGauges Gauges { get; }

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                CancellationToken lost = await candidate.Won(stop).ConfigureAwait(false);
                using var term = CancellationTokenSource.CreateLinkedTokenSource(stop, lost);
                await Follow(term.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                await After(failure, stop).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Stopping: whatever was under way either committed or did not, and the position tells.
            }
            finally
            {
                work.Forget();
                Gauges.Leads = false;
            }
        }
    }

    private async Task Follow(CancellationToken ct)
    {
        lead = await Lead.TakeOver(consumer, leader, options.FrozenAfter, ct).ConfigureAwait(false);
        if (lead.IsPaused)
        {
            await WaitForResume(ct).ConfigureAwait(false);
            return;
        }

        Gauges.Leads = true;
        consumer.Progress.Raise(lead.Position);
        Task<LogPage>? next = null;
        try
        {
            while (true)
            {
                Task woken = candidate.Woken; // before anything is looked at, so that no decision comes between the look and the wait
                await RefuseTooManyParked(lead, ct).ConfigureAwait(false);
                long announced = consumer.Source.Signal.Head;
                LogPage page = await (next ?? Read(lead.Position, ct)).ConfigureAwait(false);
                next = page.HasMore ? Read(page.To, ct) : null;
                Gauges.Saw(page);
                if (page.Entries.Any(entry => Concerns(lead, entry)))
                {
                    await WorkThrough(lead, page, ct).ConfigureAwait(false);
                }
                else
                {
                    PassOver(lead, page);
                }

                Refuse(lead, page);
                await Retry(lead, ct).ConfigureAwait(false);
                pause = FirstPause;
                Gauges.StandsStill = false;
                await lead.Tell(null, ct).ConfigureAwait(false);
                if (!page.HasMore)
                {
                    await WaitForMore(lead, Math.Max(lead.Position, announced), woken, ct).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            if (next is not null)
            {
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // On another thread: parsing a page is work, and so is folding the one before it.
    private Task<LogPage> Read(long after, CancellationToken ct) =>
        Task.Run(() => consumer.Source.Newest.Read(reader, after, work.PageEventsMax, options.PageBytesMax, consumer.Opens, ct), ct);

    private bool Concerns(Lead term, LogEntry entry) =>
        entry.Error is not null || term.Parked.Contains(entry.StreamId) || (entry.Recorded is not null && work.Concerns(entry.Recorded));

    private void PassOver(Lead term, LogPage page)
    {
        if (!page.IsEmpty)
        {
            term.PassedTo(page.To);
            DaemonTelemetry.Passed(consumer, page.Entries.Count);
            Gauges.Moved(page.To, page);
        }

        if (term.IsDeposed)
        {
            throw new DeposedException();
        }

        if (term.Position > term.Kept)
        {
            passed.Add(term);
        }
    }

    private async Task WorkThrough(Lead term, LogPage page, CancellationToken ct)
    {
        using Activity? activity = LogTelemetry.StartPage(page.Entries.Select(entry => entry.Recorded?.Metadata));
        long start = Stopwatch.GetTimestamp();
        var end = new PageEnd(consumer, term, page, options, clock);
        await writer.Write(page.Entries, end, ct).ConfigureAwait(false);
        activity?.SetTag("wya.projection", consumer.Name).SetTag("wya.events", page.Entries.Count).SetTag("wya.failures", end.Failures);
        DaemonTelemetry.Page(consumer, page.Entries.Count, end.Failures, Stopwatch.GetElapsedTime(start));
        Gauges.Moved(term.Position, page);
        Gauges.Parked = term.Parked.Count;
        if (end.Failures > 0)
        {
            logger.LogWarning("{Projection} parked {Streams} streams; {Parked} are parked now.", consumer.Name, end.Failures, term.Parked.Count);
        }
    }

    /// <summary>Stands still rather than go on over something that cannot be.</summary>
    private void Refuse(Lead term, LogPage page)
    {
        if (page.HoleAt is { } position)
        {
            throw new StandsStillException($"The log has a hole at position {position}.");
        }

        if (page.From > page.Head)
        {
            throw new StandsStillException($"The log ends at {page.Head}, before this consumer's position {page.From}.");
        }
    }

    /// <summary>Then the fault is in the code and not in the data: it only frees streams, until there are fewer.</summary>
    private async Task RefuseTooManyParked(Lead term, CancellationToken ct)
    {
        while (term.Parked.Count > options.ParkedStreamsMax)
        {
            if (await Retry(term, ct).ConfigureAwait(false) == 0)
            {
                throw new StandsStillException($"More than {options.ParkedStreamsMax} streams are parked.");
            }
        }
    }

    /// <summary>One slice; returns how many streams are free again.</summary>
    private async Task<int> Retry(Lead term, CancellationToken ct)
    {
        if (term.Parked.Count > 0 && Stopwatch.GetElapsedTime(lastLook) > options.SlowPoll)
        {
            lastLook = Stopwatch.GetTimestamp();
            term.Parked.LookAgain();
        }

        int freed = 0;
        try
        {
            if (await retry.Run(term, ct).ConfigureAwait(false) is { } end)
            {
                freed = end.Freed;
                Gauges.Parked = term.Parked.Count;
                DaemonTelemetry.Retried(consumer, end.Freed, end.Died);
                if (end.Died > 0)
                {
                    logger.LogError("{Projection} has {Died} new dead letters.", consumer.Name, end.Died);
                }
            }
        }
        catch (PostgresException failure) when (failure.SqlState == ConsumerFaults.DecidedMeanwhile)
        {
            work.Forget();
            term.Parked.LookAgain();
        }
        catch (LogHoleException hole)
        {
            throw new StandsStillException($"The log has a hole at position {hole.Position}.");
        }

        return freed;
    }

    private async Task WaitForMore(Lead term, long position, Task woken, CancellationToken ct)
    {
        TimeSpan wait = options.SlowPoll;
        if (term.Parked.NextRetry is { } time)
        {
            TimeSpan untilRetry = time - clock.GetUtcNow();
            wait = untilRetry < wait ? untilRetry : wait;
        }

        if (wait > TimeSpan.Zero)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(consumer.Source.Signal.WaitBeyond(position, wait, over.Token), woken).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (woken.IsCompleted)
            {
                term.Parked.LookAgain();
            }
            else if (consumer.Model is { Gathers.Ticks: > 0 } model && consumer.Source.Signal.Head > position)
            {
                await Task.WhenAny(Task.Delay(model.Gathers, ct), woken).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitForResume(CancellationToken ct)
    {
        bool paused = true;
        while (paused)
        {
            await Task.WhenAny(candidate.Woken, Task.Delay(options.SlowPoll, ct)).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
                $"select status = 'paused' from {consumer.Target.LogSchema}.wya_projections where name = $1");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
            paused = await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is true;
        }
    }

    private async Task After(Exception failure, CancellationToken stop)
    {
        string kind = Kind(failure);
        DaemonTelemetry.Fault(consumer, kind);
        TimeSpan wait = pause;
        switch (kind)
        {
            case "stepped_down":
                wait = TimeSpan.Zero;
                break;
            case "transient":
                logger.LogWarning("{Projection} pauses after a fault of the moment: {Failure}.", consumer.Name, FailurePlace.Of(failure));
                pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, options.BackoffMax.TotalMilliseconds));
                break;
            default:
                string reason = failure is StandsStillException ? failure.Message : FailurePlace.Of(failure);
                logger.LogError("{Projection} stands still: {Reason}", consumer.Name, reason);
                Gauges.StandsStill = true;
                wait = options.AlarmPause;
                await TryTell(reason, stop).ConfigureAwait(false);
                break;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.WhenAny(candidate.Woken, Task.Delay(wait, stop)).ConfigureAwait(false);
        }
    }

    private static string Kind(Exception failure) => failure switch
    {
        OperationCanceledException or DeposedException or PostgresException { SqlState: ConsumerFaults.Stale } => "stepped_down",
        _ when Faults.IsTransient(failure) => "transient",
        _ => "stands_still",
    };

    private async Task TryTell(string reason, CancellationToken stop)
    {
        try
        {
            await (lead?.Tell(reason, stop) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The log has it, and the next attempt says it again.
        }
    }
}

/// <summary>Found out without a transaction of its own; the position is where it was.</summary>
internal sealed class DeposedException : Exception;

/// <summary>Something that must not be passed over; a person has to look.</summary>
internal sealed class StandsStillException(string reason) : Exception(reason);
