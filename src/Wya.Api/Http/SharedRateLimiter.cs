using System.Threading.RateLimiting;
using Wya.Projections.Redis;

namespace Wya.Api.Http;

/// <summary>
/// One caller's limit over all nodes. A request needs a token of this process's own bucket and one of the bucket that all
/// nodes share. Of the shared one a node takes a small block at a time, so that whoever asks often does not pay a round trip
/// each time; what is not used of a block within seconds is dropped, and was spent for nothing.
/// While Redis is away the own bucket alone decides: the limit then holds for each process, and nobody is let through
/// without any. Since it has counted all the while, nobody gains anything by the moment at which Redis goes.
/// </summary>
internal sealed class SharedRateLimiter(
    SharedLimits shared, string caller, TokenBucketRateLimiterOptions limit, TimeProvider clock) : ReplenishingRateLimiter
{
    /// <summary>Of a limit; hence by how much a node may be early or late at most.</summary>
    private const int BlocksOfALimit = 20;

    private static readonly TimeSpan BlockLife = TimeSpan.FromSeconds(10);

    private readonly TokenBucketRateLimiter own = new(limit);
    private readonly SemaphoreSlim asking = new(1); // or those who come together would take a block each
    private readonly Lock gate = new();
    private int block;
    private long blockTakenAt;

    public override bool IsAutoReplenishing => own.IsAutoReplenishing;

    public override TimeSpan ReplenishmentPeriod => own.ReplenishmentPeriod;

    public override TimeSpan? IdleDuration => own.IdleDuration;

    public override bool TryReplenish() => own.TryReplenish();

    public override RateLimiterStatistics? GetStatistics() => own.GetStatistics();

    /// <summary>Without a round trip, when there is something left of a block; otherwise it fails, and costs nothing.</summary>
    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (gate)
        {
            if (!IsInBlock(permitCount))
            {
                return new Refused(TimeSpan.Zero);
            }

            RateLimitLease lease = own.AttemptAcquire(permitCount);
            block -= lease.IsAcquired ? permitCount : 0;
            return lease;
        }
    }

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken)
    {
        RateLimitLease lease = own.AttemptAcquire(permitCount);
        if (!lease.IsAcquired)
        {
            return lease;
        }

        await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!TakeFromBlock(permitCount))
            {
                int want = Math.Max(permitCount, limit.TokenLimit / BlocksOfALimit);
                TokensTaken taken = await shared.Take(caller, limit.TokenLimit, limit.ReplenishmentPeriod, want, cancellationToken).ConfigureAwait(false);
                Add(taken.Tokens);
                return TakeFromBlock(permitCount) ? lease : new Refused(taken.Wait);
            }
        }
        catch (RedisAwayException)
        {
            // The own bucket has decided.
        }
        finally
        {
            asking.Release();
        }

        return lease;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            own.Dispose();
            asking.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsInBlock(int count) => block >= count && clock.GetElapsedTime(blockTakenAt) < BlockLife;

    private bool TakeFromBlock(int count)
    {
        lock (gate)
        {
            bool isThere = IsInBlock(count);
            block -= isThere ? count : 0;
            return isThere;
        }
    }

    private void Add(int tokens)
    {
        lock (gate)
        {
            block = (clock.GetElapsedTime(blockTakenAt) < BlockLife ? block : 0) + tokens;
            blockTakenAt = clock.GetTimestamp();
        }
    }

    private sealed class Refused(TimeSpan wait) : RateLimitLease
    {
        public override bool IsAcquired => false;

        public override IEnumerable<string> MetadataNames => [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = wait;
            return metadataName == MetadataName.RetryAfter.Name;
        }
    }
}
