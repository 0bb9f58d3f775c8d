using System.Globalization;
using System.Text.RegularExpressions;

namespace Wya.Projections.Relay;

/// <summary>Where events are published to, and how they are spread; the same for who publishes and who reads.</summary>
/// <param name="Server">Of RabbitMQ, as <c>amqps://user:password@host/vhost</c>. Never printed.</param>
/// <param name="Prefix">Of the names of its queues.</param>
/// <param name="Domains">Whose logs are published.</param>
public sealed partial record RelaySettings(Uri Server, string Prefix, int Partitions, IReadOnlyList<string> Domains)
{
    public const int PartitionsMax = 64;

    private const int PartitionsOtherwise = 4;

    // FNV-1a: a few lines in any language, for whoever wants to know where a stream is.
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>Null when nothing is relayed.</summary>
    /// <param name="value">A setting's value by its name with double underscores, or null.</param>
    /// <exception cref="FormatException">What was set means nothing; the message says what to set.</exception>
    public static RelaySettings? Read(Func<string, string?> value)
    {
        if (value("Wya__Relay__Server") is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? server) || server.Scheme is not ("amqp" or "amqps"))
        {
            throw new FormatException("Wya__Relay__Server must be an address as amqps://user:password@host/vhost.");
        }

        string prefix = value("Wya__Relay__Prefix") is { Length: > 0 } given ? given : "wya";
        if (!SimpleName().IsMatch(prefix))
        {
            throw new FormatException("Wya__Relay__Prefix must be letters, digits, points, hyphens and underscores, at most 60.");
        }

        int partitions = PartitionsOtherwise;
        if (value("Wya__Relay__Partitions") is { Length: > 0 } number
            && (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out partitions) || partitions is < 1 or > PartitionsMax))
        {
            throw new FormatException($"Wya__Relay__Partitions must be a whole number from 1 to {PartitionsMax}.");
        }

        string[] domains = value("Wya__Relay__Domains") is { Length: > 0 } names
            ? names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [.. DomainRelay.Domains];
        return domains.All(DomainRelay.Domains.Contains)
            ? new RelaySettings(server, prefix, partitions, domains)
            : throw new FormatException($"Wya__Relay__Domains must be some of {string.Join(", ", DomainRelay.Domains)}, with commas between; safety is not relayed.");
    }

    /// <summary>
    /// The queue of a partition. The name holds the number of all, so that another number makes other queues: what was
    /// published before stays where it is, and comes before what is published after.
    /// </summary>
    public string Queue(string domain, int partition) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}.{domain}.{partition}of{Partitions}");

    /// <summary>The partition of a stream: FNV-1a of the id's 16 bytes in the order in which they are written, modulo the number of partitions.</summary>
    public int PartitionOf(Guid streamId)
    {
        Span<byte> bytes = stackalloc byte[16];
        streamId.TryWriteBytes(bytes, bigEndian: true, out _);
        uint hash = OffsetBasis;
        foreach (byte one in bytes)
        {
            hash = unchecked((hash ^ one) * Prime);
        }

        return (int)(hash % (uint)Partitions);
    }

    /// <summary>The server's address holds a password.</summary>
    public override string ToString() => $"{Prefix}, {Partitions} partitions of {string.Join(", ", Domains)}";

    [GeneratedRegex("^[A-Za-z0-9._-]{1,60}$")]
    private static partial Regex SimpleName();
}
