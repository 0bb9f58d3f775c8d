using System.Buffers.Binary;
using System.Text;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>
/// A stretch of a log by COPY in PostgreSQL's binary format, row by row from one buffer: a header, then for each row the number
/// of its fields and each field's length and bytes, all big-endian, and -1 at the end.
/// Invariant: positions are dense, so unless only some types are asked for every position of the stretch must come.
/// Cost: the memory of the largest row.
/// </summary>
internal sealed class CopiedEvents(Stream copy, EventTypeMap types, string domain, Pseudonyms? pseudonyms) : IDisposable
{
    private const long PostgresEpochMicros = 946_684_800_000_000; // 2000-01-01
    private const int HeaderBytes = 11 + 4;

    private readonly PayloadMask mask = new(pseudonyms);
    private readonly Dictionary<string, Known> knownTypes = [];
    private readonly NamingText actor = new(), correlation = new(), causation = new();
    private byte[] buffer = new byte[256 * 1024];
    private int at, end;
    private string lastType = "";
    private Known? lastKnown;
    private bool hasBegun;

    private sealed record Known(EventType Type, int Version, PayloadShape Shape);

    public ExportedEvent Current { get; } = new(domain);

    public bool IsArchived { get; private set; }

    public static string Sql(string log, long after, long to, IReadOnlyList<string>? storedTypes) =>
        $"""
        copy (select e.seq_id, e.id, e.stream_id, e.version, e.type, e.timestamp, e.headers ->> 'actor', e.correlation_id, e.causation_id,
                     coalesce(e.is_archived, false) or e.headers -> 'copied_from' is not null, e.data
                from {log}.mt_events e
               where e.seq_id > {after} and e.seq_id <= {to}
                     {(storedTypes is null ? "" : $"and e.type in ({string.Join(", ", storedTypes.Select(DuckDb.Quoted))})")}
               order by e.seq_id) to stdout (format binary)
        """;

    /// <exception cref="UnreadableEventException">This build does not know the event's type or version.</exception>
    public bool Next()
    {
        if (!hasBegun)
        {
            hasBegun = true;
            Take(HeaderBytes);
            Take(Int32(Take(4)));
        }

        if (BinaryPrimitives.ReadInt16BigEndian(Take(2)) < 0)
        {
            return false;
        }

        Current.Position = BinaryPrimitives.ReadInt64BigEndian(Field());
        var id = new Guid(Field(), bigEndian: true);
        var stream = new Guid(Field(), bigEndian: true);
        Current.Version = BinaryPrimitives.ReadInt64BigEndian(Field());
        Known known = Type(Field());
        Current.Type = known.Type.Name;
        Current.SchemaVersion = known.Version;
        Current.TimeMicros = BinaryPrimitives.ReadInt64BigEndian(Field()) + PostgresEpochMicros;
        Take(actor);
        Take(correlation);
        Take(causation);
        Show(id, stream);
        IsArchived = Field()[0] != 0;
        ReadOnlySpan<byte> payload = Field()[1..]; // behind the version of jsonb's own format
        Current.Data = known.Type.ReadsAsStored(known.Version)
            ? mask.Mask(known.Shape, payload)
            : mask.Mask(known.Shape, known.Type.Write(known.Type.Read(known.Version, payload)));
        return true;
    }

    public void Dispose() => copy.Dispose();

    /// <summary>The ids of a row are looked up together, which costs little more than one of them.</summary>
    private void Show(Guid id, Guid stream)
    {
        if (pseudonyms is null)
        {
            (Current.Id, Current.StreamId) = (id, stream);
            (Current.Actor, Current.CorrelationId, Current.CausationId) = (actor.AsItIs() ?? default, correlation.AsItIs(), causation.AsItIs());
            return;
        }

        pseudonyms.Learn([id, stream, actor.Id ?? id, correlation.Id ?? id, causation.Id ?? id]);
        (Current.Id, Current.StreamId) = (pseudonyms.Of(id), pseudonyms.Of(stream));
        bool isNobody = actor.Is(""u8) || actor.Is("system"u8) || actor.Is("anonymous"u8);
        Current.Actor = (isNobody ? actor.AsItIs() : actor.Behind(pseudonyms)) ?? default;
        (Current.CorrelationId, Current.CausationId) = (correlation.Behind(pseudonyms), causation.Behind(pseudonyms));
    }

    private Known Type(ReadOnlySpan<byte> stored)
    {
        if (lastKnown is not null && Encoding.UTF8.GetCharCount(stored) == lastType.Length && Ascii.Equals(stored, lastType))
        {
            return lastKnown;
        }

        lastType = Encoding.UTF8.GetString(stored);
        if (!knownTypes.TryGetValue(lastType, out lastKnown))
        {
            (EventType type, int version) = types.Stored(lastType);
            knownTypes[lastType] = lastKnown = new Known(type, version, PayloadShape.Of(type));
        }

        return lastKnown;
    }

    private void Take(NamingText text)
    {
        int length = Int32(Take(4));
        text.Set(Take(Math.Max(0, length)), isNone: length < 0);
    }

    private ReadOnlySpan<byte> Field() => Take(Int32(Take(4)));

    private static int Int32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);

    /// <returns>Good until the next call.</returns>
    private ReadOnlySpan<byte> Take(int count)
    {
        if (end - at < count)
        {
            buffer.AsSpan(at, end - at).CopyTo(buffer);
            (at, end) = (0, end - at);
            if (buffer.Length < count)
            {
                Array.Resize(ref buffer, Math.Max(count, buffer.Length * 2));
            }

            while (end < count)
            {
                int read = copy.Read(buffer, end, buffer.Length - end);
                end += read > 0 ? read : throw new EndOfStreamException("The server ended a copy in the middle of a row.");
            }
        }

        at += count;
        return buffer.AsSpan(at - count, count);
    }
}
