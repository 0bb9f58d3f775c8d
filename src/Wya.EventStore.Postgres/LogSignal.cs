namespace Wya.EventStore.Postgres;

/// <summary>
/// Wakes whoever follows a log in this process: raised by the writer after each commit, and by the listener for the
/// commits of other processes. A hint only: who misses one finds the events at the next slow poll.
/// </summary>
public sealed class LogSignal
{
    private long head;
    private TaskCompletionSource next = New();

    /// <summary>The highest position known to be committed; the log may be further.</summary>
    public long Head => Volatile.Read(ref head);

    public void Raise(long position)
    {
        long seen = Volatile.Read(ref head);
        while (position > seen)
        {
            long before = Interlocked.CompareExchange(ref head, position, seen);
            if (before == seen)
            {
                Interlocked.Exchange(ref next, New()).TrySetResult();
                return;
            }

            seen = before;
        }
    }

    /// <summary>Completes when a position beyond <paramref name="position"/> is known, or after the time; true if it is.</summary>
    public async Task<bool> WaitBeyond(long position, TimeSpan atMost, CancellationToken ct)
    {
        Task changed = Volatile.Read(ref next).Task;
        if (Head > position)
        {
            return true;
        }

        await Task.WhenAny(changed, Task.Delay(atMost, ct)).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();
        return Head > position;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
