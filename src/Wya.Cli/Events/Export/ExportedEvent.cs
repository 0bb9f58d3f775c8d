using System.Globalization;

namespace Wya.Cli;

/// <summary>One event as an export writes it. One object serves a whole chunk: what it holds is good until the next one.</summary>
internal sealed class ExportedEvent(string domain)
{
    public string Domain { get; } = domain;

    public long Position { get; set; }

    public Guid Id { get; set; }

    public Guid StreamId { get; set; }

    public long Version { get; set; }

    public string Type { get; set; } = "";

    public int SchemaVersion { get; set; }

    /// <summary>Microseconds since 1970.</summary>
    public long TimeMicros { get; set; }

    /// <summary>In UTF-8, as the other two.</summary>
    public ReadOnlyMemory<byte> Actor { get; set; }

    public ReadOnlyMemory<byte>? CorrelationId { get; set; }

    public ReadOnlyMemory<byte>? CausationId { get; set; }

    /// <summary>JSON.</summary>
    public ReadOnlyMemory<byte> Data { get; set; }

    public DateTime Time => DateTime.UnixEpoch.AddTicks(TimeMicros * TimeSpan.TicksPerMicrosecond);

    public string TimeText => Time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
