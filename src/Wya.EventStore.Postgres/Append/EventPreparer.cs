using System.Buffers;
using System.Text.Json;

namespace Wya.EventStore.Postgres;

/// <summary>Turns a command's records into what the log stores, sealed where they are sensitive, and refuses what does not fit.</summary>
internal sealed class EventPreparer(LogDatabase database, LogWriterOptions limits)
{
    /// <exception cref="ArgumentException">Too many events, too large a payload, an unknown record, or a stream named twice.</exception>
    /// <exception cref="JsonException">A record does not fit its schema.</exception>
    /// <exception cref="KeysNotAtHandException">Fetch the keys that it names, and prepare again.</exception>
    public PreparedStream[] Prepare(Append append)
    {
        var streams = new PreparedStream[append.Streams.Count];
        int ordinal = 0;
        long bytes = 0;
        for (int i = 0; i < streams.Length; i++)
        {
            StreamAppend stream = append.Streams[i];
            for (int earlier = 0; earlier < i; earlier++)
            {
                if (append.Streams[earlier].StreamId == stream.StreamId)
                {
                    throw new ArgumentException("An append names a stream twice.", nameof(append));
                }
            }

            PreparedEvent[] events = Prepare(stream.StreamId, stream.Events, append.Metadata, ref ordinal, ref bytes);
            streams[i] = new PreparedStream(
                stream.StreamId, stream.StreamType, stream.Expected.Value, events, Stored(stream.Claims), append.Metadata);
        }

        return streams;
    }

    public PreparedEvent[] Prepare(Guid streamId, IReadOnlyList<object> events, CommandMetadata metadata)
    {
        int ordinal = 0;
        long bytes = 0;
        return Prepare(streamId, events, metadata, ref ordinal, ref bytes);
    }

    public IReadOnlyList<string> Stored(IReadOnlyList<string>? claims) =>
        claims is null or [] ? [] : [.. claims.Select(database.StoredClaim)];

    private PreparedEvent[] Prepare(
        Guid streamId, IReadOnlyList<object> events, CommandMetadata metadata, ref int ordinal, ref long bytes)
    {
        var prepared = new PreparedEvent[events.Count];
        for (int i = 0; i < prepared.Length; i++)
        {
            EventType type = database.Types.For(events[i]);
            Guid id = EventIds.ForEvent(metadata.CommandId, ordinal);
            database.Seals.Seal(type, events[i], streamId, id);
            byte[] payload = type.Write(events[i]);
            bytes += payload.Length;
            if (payload.Length > limits.EventBytesMax || bytes > limits.AppendBytesMax || ordinal >= limits.AppendEventsMax)
            {
                throw new ArgumentException(
                    $"An append takes {limits.AppendEventsMax} events and {limits.AppendBytesMax} bytes, an event {limits.EventBytesMax} bytes.",
                    nameof(events));
            }

            prepared[i] = new PreparedEvent(id, type, events[i], payload, Headers(type, metadata));
            ordinal++;
        }

        return prepared;
    }

    private byte[] Headers(EventType type, CommandMetadata metadata)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("actor"u8, metadata.Actor);
            json.WriteString("source"u8, database.Domain);
            json.WriteNumber("schema_version"u8, type.Version);
            if (metadata.Fingerprint is not null)
            {
                json.WriteString("fingerprint"u8, metadata.Fingerprint);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
