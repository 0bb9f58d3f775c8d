namespace Wya.EventStore;

/// <summary>The version that the writer believes a stream to have, in events; the append fails alone if it is wrong.</summary>
public readonly record struct ExpectedVersion(long Value)
{
    /// <summary>Append whatever the version is.</summary>
    public static ExpectedVersion Any => new(-1);

    /// <summary>The stream must not exist yet.</summary>
    public static ExpectedVersion None => new(0);

    public static ExpectedVersion Exactly(long version) =>
        version >= 0 ? new(version) : throw new ArgumentOutOfRangeException(nameof(version));

    public override string ToString() => Value < 0 ? "any" : Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
