using System.Buffers;
using System.Text.Json;

namespace Wya.EventStore.Postgres;

/// <summary>Turns a command's records into what the log stores, and refuses what does not fit.</summary>
internal sealed class EventPreparer(string domain, EventTypeMap types, LogWriterOptions limits)
{
    /// <exception cref="ArgumentException">Too many events, too large a payload, an unknown record, or a stream named twice.</exception>
    /// <exception cref="JsonException">A record does not fit its schema.</exception>
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

            PreparedEvent[] events = Prepare(stream.Events, append.Metadata, ref ordinal, ref bytes);
            streams[i] = new PreparedStream(
                stream.StreamId, stream.StreamType, stream.Expected.Value, events, stream.Claims ?? [], append.Metadata);
        }

        return streams;
    }

    public PreparedEvent[] Prepare(IReadOnlyList<object> events, CommandMetadata metadata)
    {
        int ordinal = 0;
        long bytes = 0;
        return Prepare(events, metadata, ref ordinal, ref bytes);
    }

    private PreparedEvent[] Prepare(IReadOnlyList<object> events, CommandMetadata metadata, ref int ordinal, ref long bytes)
    {
        var prepared = new PreparedEvent[events.Count];
        for (int i = 0; i < prepared.Length; i++)
        {
            EventType type = types.For(events[i]);
            byte[] payload = type.Write(events[i]);
            bytes += payload.Length;
            if (payload.Length > limits.EventBytesMax || bytes > limits.AppendBytesMax || ordinal >= limits.AppendEventsMax)
            {
                throw new ArgumentException(
                    $"An append takes {limits.AppendEventsMax} events and {limits.AppendBytesMax} bytes, an event {limits.EventBytesMax} bytes.",
                    nameof(events));
            }

            prepared[i] = new PreparedEvent(
                EventIds.ForEvent(metadata.CommandId, ordinal++), type, events[i], payload, Headers(type, metadata));
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
            json.WriteString("source"u8, domain);
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
