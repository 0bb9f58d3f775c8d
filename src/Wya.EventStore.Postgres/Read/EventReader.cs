using System.Text.Json;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>Turns rows of <c>mt_events</c> into events.</summary>
internal sealed class EventReader(EventTypeMap types)
{
    /// <summary>In this order; <see cref="Read"/> goes by number.</summary>
    public const string Columns =
        "e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.data, e.headers, e.correlation_id, e.causation_id";

    public const int ColumnCount = 10;

    // Events of one stream, and of one request, share most of their metadata: one parse serves the run.
    private byte[] lastHeaders = [];
    private EventMetadata? lastMetadata;

    /// <summary>Payload of the event read last, so that a reader of many can bound its memory.</summary>
    public int PayloadBytes { get; private set; }

    /// <exception cref="UnreadableEventException">This build does not know the event's type or version.</exception>
    public RecordedEvent Read(NpgsqlDataReader reader)
    {
        (EventType type, int version) = types.Stored(reader.GetString(4));
        byte[] payload = reader.GetFieldValue<byte[]>(6);
        PayloadBytes = payload.Length;
        return new RecordedEvent
        {
            Position = reader.GetInt64(0),
            Id = reader.GetGuid(1),
            StreamId = reader.GetGuid(2),
            Version = reader.GetInt64(3),
            Type = type.Name,
            SchemaVersion = version,
            Time = new DateTimeOffset(reader.GetDateTime(5)),
            Data = type.Read(version, payload),
            Metadata = Metadata(reader),
        };
    }

    private EventMetadata Metadata(NpgsqlDataReader reader)
    {
        byte[] headers = reader.IsDBNull(7) ? [] : reader.GetFieldValue<byte[]>(7);
        string? correlation = reader.IsDBNull(8) ? null : reader.GetString(8);
        string? causation = reader.IsDBNull(9) ? null : reader.GetString(9);
        if (lastMetadata is not null && lastMetadata.CorrelationId == correlation && lastMetadata.CausationId == causation
            && headers.AsSpan().SequenceEqual(lastHeaders))
        {
            return lastMetadata;
        }

        lastHeaders = headers;
        return lastMetadata = Parse(headers, correlation, causation);
    }

    private static EventMetadata Parse(byte[] headers, string? correlation, string? causation)
    {
        string actor = "", source = "";
        string? fingerprint = null;
        string? copiedFrom = null;
        long copiedPosition = 0;
        if (headers.Length > 0)
        {
            var json = new Utf8JsonReader(headers);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("actor"u8))
                {
                    json.Read();
                    actor = json.GetString() ?? "";
                }
                else if (json.ValueTextEquals("source"u8))
                {
                    json.Read();
                    source = json.GetString() ?? "";
                }
                else if (json.ValueTextEquals("fingerprint"u8))
                {
                    json.Read();
                    fingerprint = json.GetString();
                }
                else if (json.ValueTextEquals("copied_from"u8))
                {
                    json.Read();
                    copiedFrom = json.GetString();
                }
                else if (json.ValueTextEquals("copied_position"u8))
                {
                    json.Read();
                    copiedPosition = json.GetInt64();
                }
                else
                {
                    json.Read();
                    json.Skip();
                }
            }
        }

        return new EventMetadata(actor, source, correlation, causation, fingerprint) { CopiedFrom = copiedFrom is null ? null : new CopiedFrom(copiedFrom, copiedPosition) };
    }
}
