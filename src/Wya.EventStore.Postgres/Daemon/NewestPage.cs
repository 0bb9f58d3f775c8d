using System.Diagnostics;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Reads the end of a log once for all who follow it in this process: an event wakes them at the same moment, at the same
/// position, and one round trip serves them all.
/// Invariant: a page serves whoever asks only if it begins where they stand and its head is no lower than what was known to
/// be committed when they asked, so that nobody sleeps over an event that woke them.
/// </summary>
internal sealed class NewestPage(LogDatabase source)
{
    /// <summary>A longer backlog is read by each follower for itself, in pages of its own size.</summary>
    private const int EventsMax = 100;

    private const int BytesMax = 1024 * 1024;

    /// <summary>So that the slow poll looks at the log, and what was opened is not kept.</summary>
    private static readonly TimeSpan ServesFor = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private Reading? withOpened;
    private Reading? withSealed;

    /// <param name="own">Reads alone, where nothing can be shared.</param>
    public async Task<LogPage> Read(LogPageReader own, long after, int eventsMax, int bytesMax, bool opens, CancellationToken ct)
    {
        long known = source.Signal.Head;
        if (eventsMax < EventsMax || bytesMax < BytesMax || known - after > EventsMax)
        {
            return await own.Read(after, eventsMax, bytesMax, ct).ConfigureAwait(false);
        }

        Reading reading;
        lock (gate)
        {
            ref Reading? newest = ref opens ? ref withOpened : ref withSealed;
            if (newest is null || newest.After != after || Stopwatch.GetElapsedTime(newest.Begun) > ServesFor
                || (newest.Page.IsCompleted && !Serves(newest.Page, known)))
            {
                var reader = new LogPageReader(source, opens);
                newest = new Reading(after, Stopwatch.GetTimestamp(), Task.Run(() => reader.Read(after, EventsMax, BytesMax, CancellationToken.None), CancellationToken.None));
            }

            reading = newest;
        }

        await ((Task)reading.Page).WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return Serves(reading.Page, known)
            ? await reading.Page.ConfigureAwait(false)
            : await own.Read(after, eventsMax, bytesMax, ct).ConfigureAwait(false);
    }

    private static bool Serves(Task<LogPage> page, long known) => page.IsCompletedSuccessfully && page.Result.Head >= known;

    private sealed record Reading(long After, long Begun, Task<LogPage> Page);
}
