using System.Runtime.CompilerServices;

namespace Wya.EventStore;

/// <summary>
/// The log in memory, for specs and examples: the same contract as the real one, payloads through the same JSON, and
/// nothing durable. One lock stands for the head row.
/// </summary>
public sealed class InMemoryEventStore(
    EventTypeMap types, TimeProvider clock, string domain = "memory", MemorySubjectKeys? keys = null) : IEventStore
{
    private readonly EventSeals seals = new(domain, keys ?? new MemorySubjectKeys());
    private readonly Lock gate = new();
    private readonly List<Entry> log = [];
    private readonly Dictionary<Guid, List<Entry>> streams = [];
    private readonly Dictionary<Guid, Entry> byId = [];
    private readonly Dictionary<string, Guid> claims = new(StringComparer.Ordinal);
    private readonly HashSet<Guid> archived = [];

    private sealed record Entry(RecordedEvent Recorded, byte[] Payload);

    public async Task<AppendOutcome> Append(Append append, CancellationToken ct = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (append.Streams.Select(stream => stream.StreamId).Distinct().Count() != append.Streams.Count)
        {
            throw new ArgumentException("An append names a stream twice.", nameof(append));
        }

        lock (gate)
        {
            return AppendLocked(append);
        }
    }

    public async Task<Transacted<TState>> Transact<TState, TEvent>(
        StreamType<TState, TEvent> type,
        Guid streamId,
        Func<TState, Decision<TEvent>> decide,
        CommandMetadata metadata,
        CancellationToken ct = default)
        where TState : class
        where TEvent : class
    {
        await Task.CompletedTask.ConfigureAwait(false);
        lock (gate)
        {
            List<Entry> stream = streams.GetValueOrDefault(streamId, []);
            TState state = type.Fold(type.Initial, stream.Select(entry => (TEvent)Read(entry).Data));
            Decision<TEvent> decision = decide(state);
            string[] names = [.. decision.Events.SelectMany(fact => type.Claims?.Invoke(fact) ?? [])];
            var append = new Append(
                metadata, new StreamAppend(streamId, type.Name, ExpectedVersion.Exactly(stream.Count), [.. decision.Events], names));
            AppendOutcome outcome = AppendLocked(append);
            return outcome switch
            {
                AppendOutcome.Appended appended => new Transacted<TState>(
                    type.Fold(state, decision.Events), appended.Versions[0], appended.Position, decision.Events.Count, decision.Refusal)
                {
                    Time = log.Count > 0 ? log[^1].Recorded.Time : default,
                },
                AppendOutcome.Duplicate duplicate => Repeated(type, duplicate),
                AppendOutcome.ClaimTaken => new Transacted<TState>(state, stream.Count, 0, 0, StoreRefusals.ClaimTaken),
                _ => new Transacted<TState>(state, stream.Count, 0, 0, StoreRefusals.Archived),
            };
        }
    }

    public async IAsyncEnumerable<RecordedEvent> ReadStream(
        Guid streamId, StreamRange? range = null, [EnumeratorCancellation] CancellationToken ct = default)
    {
        range ??= new StreamRange();
        RecordedEvent[] found;
        lock (gate)
        {
            bool hidden = archived.Contains(streamId) && !range.IncludeArchived;
            IEnumerable<RecordedEvent> events = hidden ? [] : streams.GetValueOrDefault(streamId, []).Select(Read);
            events = events.Where(e => e.Version >= range.From && e.Version <= range.To && !(e.Time > range.AsOf));
            found = [.. (range.Backwards ? events.Reverse() : events).Take(range.Limit)];
        }

        foreach (RecordedEvent recorded in found)
        {
            ct.ThrowIfCancellationRequested();
            yield return recorded;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    public async IAsyncEnumerable<RecordedEvent> ReadLog(LogRange range, [EnumeratorCancellation] CancellationToken ct = default)
    {
        RecordedEvent[] found;
        lock (gate)
        {
            found =
            [
                .. log.Select(Read).Where(e => e.Position > range.After && e.Position <= range.To
                    && (range.Types?.Contains(e.Type) ?? true)
                    && (range.IncludeArchived || !archived.Contains(e.StreamId))),
            ];
        }

        foreach (RecordedEvent recorded in found)
        {
            ct.ThrowIfCancellationRequested();
            yield return recorded;
        }

        await Task.CompletedTask.ConfigureAwait(false);
    }

    public Task<RecordedEvent?> FindEvent(Guid eventId, CancellationToken ct = default)
    {
        lock (gate)
        {
            return Task.FromResult(byId.TryGetValue(eventId, out Entry? entry) ? Read(entry) : null);
        }
    }

    public Task<long> Head(CancellationToken ct = default)
    {
        lock (gate)
        {
            return Task.FromResult((long)log.Count);
        }
    }

    public Task<long> PositionAsOf(DateTimeOffset time, CancellationToken ct = default)
    {
        lock (gate)
        {
            return Task.FromResult((long)log.Count(entry => entry.Recorded.Time <= time));
        }
    }

    public Task<bool> Archive(Guid streamId, CancellationToken ct = default)
    {
        lock (gate)
        {
            return Task.FromResult(streams.ContainsKey(streamId) && archived.Add(streamId));
        }
    }

    private RecordedEvent Read(Entry entry)
    {
        RecordedEvent recorded = entry.Recorded;
        var read = new RecordedEvent
        {
            Position = recorded.Position,
            Id = recorded.Id,
            StreamId = recorded.StreamId,
            Version = recorded.Version,
            Type = recorded.Type,
            SchemaVersion = recorded.SchemaVersion,
            Time = recorded.Time,
            Metadata = recorded.Metadata,
            Data = types.For(recorded.Data).Read(recorded.SchemaVersion, entry.Payload),
        };
        seals.Open([read]); // keys in memory are always at hand
        return read;
    }

    private AppendOutcome AppendLocked(Append append)
    {
        int total = append.Streams.Sum(stream => stream.Events.Count);
        Guid[] ids = [.. Enumerable.Range(0, total).Select(ordinal => EventIds.ForEvent(append.Metadata.CommandId, ordinal))];
        if (ids.Any(byId.ContainsKey))
        {
            Entry last = byId[ids[0]];
            for (int next = 1; byId.TryGetValue(EventIds.ForEvent(append.Metadata.CommandId, next), out Entry? entry); next++)
            {
                last = entry;
            }

            return new AppendOutcome.Duplicate(Read(byId[ids[0]]), last.Recorded.Position);
        }

        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach (StreamAppend stream in append.Streams)
        {
            long version = streams.GetValueOrDefault(stream.StreamId)?.Count ?? 0;
            if (stream.Expected.Value >= 0 && stream.Expected.Value != version)
            {
                return new AppendOutcome.Conflict(stream.StreamId, stream.Expected.Value, version);
            }

            if (archived.Contains(stream.StreamId) && stream.Events.Count > 0)
            {
                return new AppendOutcome.Archived(stream.StreamId);
            }

            if ((stream.Claims ?? []).FirstOrDefault(claims.ContainsKey) is { } held)
            {
                return new AppendOutcome.ClaimTaken(held);
            }
        }

        int ordinal = 0;
        foreach (StreamAppend stream in append.Streams)
        {
            foreach (string claim in stream.Claims ?? [])
            {
                claims[claim] = stream.StreamId;
            }

            foreach (object data in stream.Events)
            {
                Record(stream, data, ids[ordinal++], append.Metadata);
            }
        }

        return new AppendOutcome.Appended(log.Count, [.. append.Streams.Select(s => (long)(streams.GetValueOrDefault(s.StreamId)?.Count ?? 0))]);
    }

    private void Record(StreamAppend append, object data, Guid id, CommandMetadata metadata)
    {
        EventType type = types.For(data);
        if (!streams.TryGetValue(append.StreamId, out List<Entry>? stream))
        {
            streams[append.StreamId] = stream = [];
        }

        seals.Seal(type, data, append.StreamId, id);
        DateTimeOffset now = clock.GetUtcNow();
        var entry = new Entry(
            new RecordedEvent
            {
                Position = log.Count + 1,
                Id = id,
                StreamId = append.StreamId,
                Version = stream.Count + 1,
                Type = type.Name,
                SchemaVersion = type.Version,
                Time = log.Count > 0 && log[^1].Recorded.Time > now ? log[^1].Recorded.Time : now,
                Data = data,
                Metadata = new EventMetadata(metadata.Actor, domain, metadata.CorrelationId, metadata.CausationId, metadata.Fingerprint),
            },
            type.Write(data));
        log.Add(entry);
        stream.Add(entry);
        byId.Add(id, entry);
    }

    private Transacted<TState> Repeated<TState, TEvent>(StreamType<TState, TEvent> type, AppendOutcome.Duplicate duplicate)
        where TState : class
        where TEvent : class
    {
        Entry[] then = [.. streams[duplicate.First.StreamId].Where(entry => entry.Recorded.Position <= duplicate.Position)];
        TState state = type.Fold(type.Initial, then.Select(entry => (TEvent)Read(entry).Data));
        return new Transacted<TState>(state, then.Length, duplicate.Position, 0, Earlier: duplicate.First);
    }
}
