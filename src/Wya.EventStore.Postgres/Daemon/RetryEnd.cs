using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Ends a retry of parked streams: what was applied is parked no more, what failed again waits longer or becomes a dead
/// letter. The position stays where it is; the fence still refuses a stale leader.
/// </summary>
internal sealed class RetryEnd(
    Consumer consumer, Lead lead, Dictionary<Guid, DueStream> due, DaemonOptions options, TimeProvider clock) : ISliceEnd
{
    private readonly HashSet<Guid> failed = [];
    private readonly HashSet<Guid> empty = [.. due.Where(stream => stream.Value.EventCount == 0).Select(stream => stream.Key)];

    public TimeSpan? SearchTime => null; // the next slice takes fewer streams instead

    public int Freed { get; private set; }

    public int Died { get; private set; }

    public bool IsParked(Guid streamId) => failed.Contains(streamId);

    public NpgsqlBatchCommand Fence(Slice slice, bool isLast) => lead.Advance(lead.Position);

    public IEnumerable<NpgsqlBatchCommand> Bookkeeping(Slice slice)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Guid[] streams = [.. slice.Entries.Select(entry => entry.StreamId).Where(id => !failed.Contains(id)).Concat(empty).Distinct()];
        int[] attempts = [.. slice.Failures.Select(failure => Attempts(failure.Entry))];
        DateTime?[] next = [.. attempts.Select(made => made <= options.RetryAfter.Count ? (now + options.RetryAfter[made - 1]).UtcDateTime : (DateTime?)null)];
        var settle = new NpgsqlBatchCommand($"select * from {consumer.Target.LogSchema}.wya_settle($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");
        settle.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        settle.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = streams });
        settle.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. slice.Applied.Select(entry => entry.StreamId)] });
        settle.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. slice.Applied.Select(entry => entry.Position)] });
        settle.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. slice.Failures.Select(failure => failure.Entry.StreamId)] });
        settle.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. slice.Failures.Select(failure => failure.Entry.Position)] });
        settle.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. slice.Failures.Select(failure => failure.Error)] });
        settle.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. slice.Failures.Select(failure => due[failure.Entry.StreamId].Attempts)] });
        settle.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = attempts });
        settle.Parameters.Add(new NpgsqlParameter<DateTime?[]> { TypedValue = next, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.TimestampTz });
        yield return settle;
    }

    public void Committed(Slice slice, bool isLast, IReadOnlyList<Guid> answered)
    {
        empty.Clear();
        foreach (LogEntry entry in slice.Applied)
        {
            due[entry.StreamId] = default; // what comes after an applied event begins its own schedule
        }

        foreach ((LogEntry entry, _) in slice.Failures)
        {
            failed.Add(entry.StreamId);
            Died += Attempts(entry) > options.RetryAfter.Count ? 1 : 0;
        }

        foreach (Guid streamId in answered)
        {
            lead.Parked.Free(streamId);
            Freed++;
        }
    }

    /// <summary>The schedule belongs to an event: another one that fails begins its own.</summary>
    private int Attempts(in LogEntry entry) =>
        due[entry.StreamId] is var stream && stream.FirstPosition == entry.Position ? stream.Attempts + 1 : 1;
}

/// <summary>A parked stream whose retry is due.</summary>
/// <param name="FirstPosition">The event that failed.</param>
/// <param name="EventCount">Events to be retried now; 0 when an operator discarded the last one.</param>
internal readonly record struct DueStream(long FirstPosition, int Attempts, int EventCount);
