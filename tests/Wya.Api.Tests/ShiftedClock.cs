namespace Wya.Api.Tests;

/// <summary>The machine's clock, some time ahead: time passes without anybody waiting for it.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long ahead;

    public void Pass(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));
}
