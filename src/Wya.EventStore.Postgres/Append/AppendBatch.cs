using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>An event ready for the log: its id, its payload and its metadata, as they will be stored.</summary>
internal sealed record PreparedEvent(Guid Id, EventType Type, object Data, byte[] Payload, byte[] Headers);

/// <summary>One stream of an append, ready for the log.</summary>
internal sealed record PreparedStream(
    Guid StreamId,
    string StreamType,
    long Expected,
    PreparedEvent[] Events,
    IReadOnlyList<string> Claims,
    CommandMetadata Metadata,
    string? Passing = null);

/// <summary>
/// The arguments of one call of <c>wya_append</c>, collected append by append, and its answer, read back part by part.
/// </summary>
internal sealed class AppendBatch
{
    private readonly string logSchema;
    private AppendCall call;
    private readonly Dictionary<Guid, int> streams = [];
    private readonly List<Guid> streamIds = [];
    private readonly List<string> streamTypes = [];
    private readonly List<string?> passing = [];
    private readonly Dictionary<string, int> claims = new(StringComparer.Ordinal);
    private readonly List<string> claimNames = [];
    private readonly HashSet<Guid> eventIds = [];
    private readonly List<PreparedStream> parts = [];
    private readonly List<int> units = [];
    private readonly List<int> after = [];
    private int unitCount;

    public AppendBatch(string logSchema)
    {
        this.logSchema = logSchema;
        call = new AppendCall(logSchema);
    }

    public int PartCount => parts.Count;

    public int EventCount { get; private set; }

    public int[] Status { get; private set; } = [];

    public long[] Detail { get; private set; } = [];

    public long[] Position { get; private set; } = [];

    public long Head { get; private set; }

    public DateTimeOffset Time { get; private set; }

    public PreparedStream Part(int index) => parts[index];

    public string ClaimName(long index) => claimNames[(int)index - 1];

    public void Clear()
    {
        streams.Clear();
        streamIds.Clear();
        streamTypes.Clear();
        passing.Clear();
        claims.Clear();
        claimNames.Clear();
        eventIds.Clear();
        parts.Clear();
        units.Clear();
        after.Clear();
        unitCount = 0;
        EventCount = 0;
    }

    /// <summary>
    /// Adds one append; null when the same command is in the batch already, which must wait for the answer to it.
    /// </summary>
    /// <param name="decidedAfter">The index of the part whose result this one was decided on, or -1.</param>
    /// <returns>The index of its first part.</returns>
    public int? Add(IReadOnlyList<PreparedStream> unit, int decidedAfter = -1)
    {
        foreach (PreparedStream part in unit)
        {
            foreach (PreparedEvent prepared in part.Events)
            {
                if (eventIds.Contains(prepared.Id))
                {
                    return null;
                }
            }
        }

        int first = parts.Count;
        unitCount++;
        foreach (PreparedStream part in unit)
        {
            if (streams.TryAdd(part.StreamId, streamIds.Count + 1))
            {
                streamIds.Add(part.StreamId);
                streamTypes.Add(part.StreamType);
                passing.Add(part.Passing);
            }

            foreach (string claim in part.Claims)
            {
                if (claims.TryAdd(claim, claimNames.Count + 1))
                {
                    claimNames.Add(claim);
                }
            }

            foreach (PreparedEvent prepared in part.Events)
            {
                eventIds.Add(prepared.Id);
            }

            parts.Add(part);
            units.Add(unitCount);
            after.Add(decidedAfter + 1);
            EventCount += part.Events.Length;
        }

        return first;
    }

    /// <summary>To be called for a new connection: the command remembers what was prepared on the old one.</summary>
    public void Reconnected() => call = new AppendCall(logSchema);

    /// <summary>The same command object each time, with this batch's arguments.</summary>
    public NpgsqlBatchCommand ToCommand(DateTimeOffset now)
    {
        int partCount = parts.Count;
        int[] stream = new int[partCount];
        long[] expected = new long[partCount];
        int[] count = new int[partCount];
        List<int> claimPart = [];
        List<int> claim = [];
        int[] eventPart = new int[EventCount];
        int[] eventNth = new int[EventCount];
        Guid[] ids = new Guid[EventCount];
        string[] types = new string[EventCount];
        byte[][] data = new byte[EventCount][];
        string[] clrNames = new string[EventCount];
        string?[] correlation = new string?[EventCount];
        string?[] causation = new string?[EventCount];
        byte[][] headers = new byte[EventCount][];
        int e = 0;
        for (int p = 0; p < partCount; p++)
        {
            PreparedStream part = parts[p];
            stream[p] = streams[part.StreamId];
            expected[p] = part.Expected;
            count[p] = part.Events.Length;
            foreach (string name in part.Claims)
            {
                claimPart.Add(p + 1);
                claim.Add(claims[name]);
            }

            for (int n = 0; n < part.Events.Length; n++, e++)
            {
                PreparedEvent prepared = part.Events[n];
                eventPart[e] = p + 1;
                eventNth[e] = n + 1;
                ids[e] = prepared.Id;
                types[e] = prepared.Type.CurrentStoredName;
                data[e] = prepared.Payload;
                clrNames[e] = prepared.Type.ClrName;
                correlation[e] = part.Metadata.CorrelationId;
                causation[e] = part.Metadata.CausationId;
                headers[e] = prepared.Headers;
            }
        }

        return call.With(
            streamIds.ToArray(), streamTypes.ToArray(), passing.ToArray(), claimNames.ToArray(),
            units.ToArray(), after.ToArray(), stream, expected, count,
            claimPart.ToArray(), claim.ToArray(),
            eventPart, eventNth, ids, types, data, clrNames, correlation, causation, headers,
            now);
    }

    public void ReadAnswer(NpgsqlDataReader reader, CancellationToken ct)
    {
        reader.ReadAsync(ct).GetAwaiter().GetResult();
        Status = reader.GetFieldValue<int[]>(0);
        Detail = reader.GetFieldValue<long[]>(1);
        Position = reader.GetFieldValue<long[]>(2);
        Head = reader.GetInt64(3);
        Time = reader.GetFieldValue<DateTime>(4);
    }

    /// <summary>The events that the batch would record, in order; positions are right only after <see cref="ReadAnswer"/>.</summary>
    public IEnumerable<RecordedEvent> Events(string domain, bool onlyRecorded)
    {
        for (int p = 0; p < parts.Count; p++)
        {
            PreparedStream part = parts[p];
            if (onlyRecorded && Status[p] != PartStatus.Appended)
            {
                continue;
            }

            for (int n = 0; n < part.Events.Length; n++)
            {
                int fromLast = part.Events.Length - 1 - n;
                PreparedEvent prepared = part.Events[n];
                yield return new RecordedEvent
                {
                    Position = onlyRecorded ? Position[p] - fromLast : 0,
                    Version = onlyRecorded ? Detail[p] - fromLast : 0,
                    Time = onlyRecorded ? Time : default,
                    Id = prepared.Id,
                    StreamId = part.StreamId,
                    Type = prepared.Type.Name,
                    SchemaVersion = prepared.Type.Version,
                    Data = prepared.Data,
                    Metadata = new EventMetadata(
                        part.Metadata.Actor, domain, part.Metadata.CorrelationId, part.Metadata.CausationId, part.Metadata.Fingerprint),
                };
            }
        }
    }
}

/// <summary>What <c>wya_append</c> says of a part.</summary>
internal static class PartStatus
{
    public const int Appended = 1;
    public const int RecordedBefore = 2;
    public const int Conflict = 3;
    public const int ClaimTaken = 4;
    public const int Archived = 5;
    public const int UnitFailedElsewhere = 6;

    public const int StreamElsewhere = 7;

    /// <summary>Never sent: keys must be fetched before the events can be sealed.</summary>
    public const int KeysNeeded = 8;
}
