namespace Wya.Projections.Redis;

/// <summary>
/// From when a value is. The epoch rises when what Redis holds is no longer to be trusted; the position is that of the log,
/// or a sum of such, below 2^53 because scripts count in doubles.
/// </summary>
public readonly record struct ValueVersion(long Epoch, long Position) : IComparable<ValueVersion>
{
    public const long Max = 1L << 53;

    public int CompareTo(ValueVersion other) => (Epoch, Position).CompareTo((other.Epoch, other.Position));

    public static bool operator <(ValueVersion left, ValueVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ValueVersion left, ValueVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ValueVersion left, ValueVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ValueVersion left, ValueVersion right) => left.CompareTo(right) >= 0;
}

/// <param name="Key">Holds one hash tag, so that what belongs to it lies beside it: <c>graph_projection:{…}</c>.</param>
/// <param name="Value">In full; null for a tombstone: there is nothing, and what is older must not come back.</param>
public sealed record VersionedValue(string Key, ValueVersion Version, string? Value);

public enum WriteOutcome
{
    /// <summary>It is there now.</summary>
    Written,

    /// <summary>The same version was there; it lives on for as long as a new one.</summary>
    Renewed,

    /// <summary>A newer position is there already.</summary>
    Older,

    /// <summary>What is there is of a later epoch: the writer should learn of it and make its value anew.</summary>
    EarlierEpoch,
}
