namespace Wya.EventStore.Postgres;

/// <summary>What the leader of a consumer knows about it at the moment, for the metrics.</summary>
internal sealed class ConsumerGauges(Consumer consumer)
{
    private long position;
    private long oldestTicks; // of the oldest event known not to be worked through; 0 when there is none

    public Consumer Consumer { get; } = consumer;

    public bool Leads { get; set; }

    public bool StandsStill { get; set; }

    public int Parked { get; set; }

    public long LagEvents => Math.Max(0, Consumer.Source.Signal.Head - Interlocked.Read(ref position));

    public double LagSeconds(DateTimeOffset now) =>
        Interlocked.Read(ref oldestTicks) is > 0 and var ticks ? Math.Max(0, (now - new DateTimeOffset(ticks, TimeSpan.Zero)).TotalSeconds) : 0;

    public void Saw(LogPage page)
    {
        Interlocked.Exchange(ref position, page.From);
        Interlocked.Exchange(ref oldestTicks, page.Oldest?.UtcTicks ?? 0);
    }

    public void Moved(long to, LogPage page)
    {
        Interlocked.Exchange(ref position, to);
        if (!page.HasMore)
        {
            Interlocked.Exchange(ref oldestTicks, 0);
        }
    }
}
