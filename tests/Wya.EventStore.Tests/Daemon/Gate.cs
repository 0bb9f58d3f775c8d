namespace Wya.EventStore.Tests.Daemon;

/// <summary>Stops whoever comes through until it is opened, once for each opening; a test sees that somebody waits.</summary>
public sealed class Gate : IDisposable
{
    private readonly SemaphoreSlim openings = new(0);
    private int waiting;
    private volatile bool isOff;

    public bool HasWaiter => Volatile.Read(ref waiting) > 0;

    public void Pass()
    {
        if (isOff)
        {
            return;
        }

        Interlocked.Increment(ref waiting);
        openings.Wait();
        Interlocked.Decrement(ref waiting);
    }

    public void OpenOnce() => openings.Release();

    public void TakeAway()
    {
        isOff = true;
        openings.Release(1_000);
    }

    public void Dispose() => openings.Dispose();
}
