namespace Wya.Api.Analysis;

/// <summary>How many people follow logs at this process. Each follows with a reader of its own, which the slowness of its client holds up, and nobody else's.</summary>
internal sealed class Tails
{
    public const int TailsMax = 16;

    /// <summary>So often something comes, if only to say how far the log was looked through; and whether the caller may still see it is looked up.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(10);

    private int count;

    public int Count => Volatile.Read(ref count);

    /// <returns>False when there are as many as there may be.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref count) <= TailsMax)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref count);
}
