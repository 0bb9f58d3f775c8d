using Wya.Api.Http;

namespace Wya.Api.Messaging.Live;

/// <summary>How far one client has been told of each of messaging's logs. As text it is the id of a frame: where to go on from after it.</summary>
internal sealed class LivePlace(IReadOnlyList<long> positions, int partitions)
{
    private readonly long[] told = [.. positions, .. new long[partitions - positions.Count]];

    public long this[int partition] => told[partition];

    /// <summary>Where to go on from after this frame; null for what is of the moment.</summary>
    public string? After(Frame frame) => frame.Id is { } position ? After(frame.Partition, position) : null;

    public string After(int partition, long position)
    {
        told[partition] = position;
        return ToString();
    }

    public override string ToString() => LogPosition.Text(told);
}
