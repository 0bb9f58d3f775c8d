using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Follows one log from a position to its end, for the life of this process, and hands over every event, in order: for
/// whoever passes events on and keeps nothing of them. What was copied from another log is handed over by that one's tail.
/// Woken at once, by this process after each of its commits, and by the database for those of others: it listens on a
/// connection of its own, so it needs no daemon beside it. The slow poll is only the net under both.
/// Invariants: no position is passed that was not seen (a hole is waited for), none is handed over out of order, and none
/// is handed over twice unless taking it failed: then the same page, or a longer one from the same position, comes again.
/// It leads nothing and stores no position, so any number may follow the same log; what is sealed stays sealed, so it
/// needs no keys and cannot be held up by them.
/// Cost: one round trip a page, one connection, and while nothing happens one small query in each slow poll.
/// </summary>
public sealed class LogTail : IAsyncDisposable
{
    private const string LogChannel = "wya_log";
    private const long NotYetKnown = -1;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly LogDatabase database;
    private readonly Func<TailPage, CancellationToken, Task> take;
    private readonly LogTailOptions options;
    private readonly Func<long, bool>? passOver;
    private readonly ILogger logger;
    private readonly LogPageReader reader;
    private readonly Dictionary<string, Action<string>> channels = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<long> begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock stopGate = new();
    private ChannelListener? listener;
    private Task? running;
    private Task? stopping;
    private long position;
    private long lastEnd = Stopwatch.GetTimestamp();
    private TimeSpan pause = FirstPause;

    /// <param name="take">Takes the pages one after another; the next is read when it has ended. If it throws, the page comes again.</param>
    /// <param name="after">The first event handed over is the one after it; null for the end of the log when it is first reached.</param>
    /// <param name="passOver">
    /// Asked before a page is read: whether everything up to a position may be left unread, because nobody is there to be told.
    /// </param>
    public LogTail(
        LogDatabase database,
        Func<TailPage, CancellationToken, Task> take,
        long? after = null,
        LogTailOptions? options = null,
        ILogger? logger = null,
        Func<long, bool>? passOver = null)
    {
        this.passOver = passOver;
        this.database = database;
        this.take = take;
        this.options = options ?? new LogTailOptions();
        this.logger = logger ?? NullLogger.Instance;
        reader = new LogPageReader(database, opens: false);
        position = after ?? NotYetKnown;
        channels.Add(LogChannel, payload => database.Signal.Raise(long.Parse(payload, CultureInfo.InvariantCulture)));
        if (after is { } known)
        {
            begun.SetResult(known);
        }
    }

    /// <summary>The position after which it hands over everything, once that is known.</summary>
    public Task<long> Begun => begun.Task;

    /// <summary>The last position that has been taken; -1 until the end of the log was first reached.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Events that are known to be committed and not taken yet. There may be more, for as long as <see cref="SinceEnd"/>.</summary>
    public long Behind => Position is var known and not NotYetKnown ? Math.Max(0, database.Signal.Head - known) : 0;

    /// <summary>How long ago it saw that it had taken everything: no event that is older can be missing.</summary>
    public TimeSpan SinceEnd => Stopwatch.GetElapsedTime(Volatile.Read(ref lastEnd));

    /// <summary>The log has a hole here, or ends before it; a person has to look.</summary>
    public bool StandsStill { get; private set; }

    /// <summary>Whether commits of other processes are heard of at once; if not, they are found by the slow poll.</summary>
    public bool Listens => listener?.IsConnected == true;

    /// <summary>
    /// Hears what is notified on another channel of the database, over the same connection. What is notified while there is
    /// none is lost. To be called before <see cref="Start"/>.
    /// </summary>
    /// <param name="heard">Must return at once: the wake-up of the tail waits for it.</param>
    public void Hear(string channel, Action<string> heard)
    {
        if (running is not null)
        {
            throw new InvalidOperationException("The tail has been started before.");
        }

        channels.Add(channel, heard);
    }

    /// <summary>Begins, and returns at once; a database that is away is waited for.</summary>
    public void Start()
    {
        if (running is not null)
        {
            throw new InvalidOperationException("The tail has been started before.");
        }

        listener = new ChannelListener(database, "tail", channels, RaiseHead, options.Heartbeat, options.BackoffMax, logger);
        running = Task.WhenAll(Task.Run(() => listener.Run(stop.Token)), Task.Run(Run));
    }

    /// <summary>Breaks off the page under way. May be called several times, and at once.</summary>
    public Task Stop()
    {
        lock (stopGate)
        {
            return running is null ? Task.CompletedTask : stopping ??= StopOnce(running);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop().ConfigureAwait(false);
        begun.TrySetCanceled();
        stop.Dispose();
    }

    private async Task StopOnce(Task runs)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await runs.ConfigureAwait(false);
    }

    // After every new connection: commits made while there was none were heard by nobody.
    private async Task RaiseHead(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select position from {database.LogSchema}.wya_log_head", connection);
        database.Signal.Raise((long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!);
    }

    private async Task Run()
    {
        CancellationToken ct = stop.Token;
        while (!ct.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                await Follow(ct).ConfigureAwait(false);
                wait = options.AlarmPause;
            }
            catch (Exception failure) when (!ct.IsCancellationRequested)
            {
                logger.LogWarning("The tail of {Domain} pauses: {Failure}.", database.Name, FailurePlace.Of(failure));
                wait = pause;
                pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, options.BackoffMax.TotalMilliseconds));
            }
            catch (Exception)
            {
                return; // Stopping: what was not taken is nobody's any more.
            }

            await Task.Delay(wait, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when it stands still.</summary>
    private async Task Follow(CancellationToken ct)
    {
        if (Position == NotYetKnown)
        {
            await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
            await using var command = new NpgsqlCommand($"select position from {database.LogSchema}.wya_log_head", connection);
            Volatile.Write(ref position, (long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!);
            begun.SetResult(Position);
        }

        while (true)
        {
            // Read before the page: what is raised while the page is read is not slept over.
            long announced = database.Signal.Head;
            if (announced > Position && passOver?.Invoke(announced) == true)
            {
                Volatile.Write(ref position, announced);
                await WaitForMore(announced, ct).ConfigureAwait(false);
                continue;
            }

            long start = Stopwatch.GetTimestamp();
            LogPage page = await database.Newest.Read(reader, Position, options.PageEventsMax, options.PageBytesMax, opens: false, ct).ConfigureAwait(false);
            if (!page.IsEmpty)
            {
                await take(Handed(page), ct).ConfigureAwait(false);
                Volatile.Write(ref position, page.To);
            }

            pause = FirstPause;
            if (page.HoleAt is { } hole)
            {
                Alarm("has a hole at", hole);
                return;
            }

            if (page.From > page.Head)
            {
                Alarm("ends before", page.From);
                return;
            }

            StandsStill = false;
            if (!page.HasMore)
            {
                Volatile.Write(ref lastEnd, start);
                await WaitForMore(Math.Max(page.To, announced), ct).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitForMore(long known, CancellationToken ct)
    {
        // Ends the wait's timer with the wait: there may be thousands of wake-ups in one slow poll.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await database.Signal.WaitBeyond(known, options.SlowPoll, over.Token).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }

    private TailPage Handed(LogPage page)
    {
        List<RecordedEvent> events = new(page.Entries.Count);
        List<long> unreadable = [];
        Dictionary<string, long> copies = new(StringComparer.Ordinal);
        foreach (LogEntry entry in page.Entries)
        {
            if (entry.Recorded is { } recorded)
            {
                if (recorded.Metadata.CopiedFrom is { } copied)
                {
                    copies[copied.Log] = Math.Max(copied.Position, copies.GetValueOrDefault(copied.Log));
                }
                else
                {
                    events.Add(recorded);
                }
            }
            else
            {
                unreadable.Add(entry.Position);
            }
        }

        if (unreadable.Count > 0)
        {
            logger.LogWarning("{Events} events of {Domain} cannot be read by this build.", unreadable.Count, database.Name);
        }

        return new TailPage(page.From, page.To, events, unreadable) { CopiedUpTo = copies };
    }

    private void Alarm(string what, long at)
    {
        StandsStill = true;
        logger.LogError("The tail of {Domain} stands still: the log {What} position {Position}.", database.Name, what, at);
    }
}
