using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>Moves the position over a page, parks the streams that failed, and notes the events of parked streams.</summary>
internal sealed class PageEnd(Consumer consumer, Lead lead, LogPage page, DaemonOptions options, TimeProvider clock) : ISliceEnd
{
    private readonly DateTimeOffset now = clock.GetUtcNow();

    public TimeSpan? SearchTime => options.SearchTime;

    public int Failures { get; private set; }

    public bool IsParked(Guid streamId) => lead.Parked.Contains(streamId);

    public NpgsqlBatchCommand Fence(Slice slice, bool isLast) => lead.Advance(End(slice, isLast));

    public IEnumerable<NpgsqlBatchCommand> Bookkeeping(Slice slice)
    {
        string log = consumer.Target.LogSchema;
        if (slice.Failures.Count > 0)
        {
            var park = new NpgsqlBatchCommand(
                $"""
                insert into {log}.wya_parked_streams (projection, stream_id, first_seq_id, error, attempts, next_retry_at, state, parked_at)
                select $1, f.stream_id, f.seq_id, f.error, $7, $5, case when $5 is null then 'dead' else 'retrying' end, $6
                from unnest($2::uuid[], $3::bigint[], $4::text[]) f(stream_id, seq_id, error)
                """);
            park.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
            park.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. slice.Failures.Select(failure => failure.Entry.StreamId)] });
            park.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. slice.Failures.Select(failure => failure.Entry.Position)] });
            park.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. slice.Failures.Select(failure => failure.Error)] });
            park.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = NextRetry(slice)?.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz });
            park.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
            park.Parameters.Add(new NpgsqlParameter<int> { TypedValue = slice.IsSuspicion ? 0 : 1 });
            yield return park;
        }

        if (slice.SetAside.Count > 0)
        {
            var point = new NpgsqlBatchCommand(
                $"insert into {log}.wya_parked_events (projection, stream_id, seq_id) select $1, * from unnest($2::uuid[], $3::bigint[])");
            point.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
            point.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. slice.SetAside.Select(entry => entry.StreamId)] });
            point.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. slice.SetAside.Select(entry => entry.Position)] });
            yield return point;
        }
    }

    public void Committed(Slice slice, bool isLast, IReadOnlyList<Guid> answered)
    {
        lead.Advanced(End(slice, isLast));
        Failures += slice.Failures.Count;
        foreach ((LogEntry entry, _) in slice.Failures)
        {
            lead.Parked.Add(entry.StreamId, NextRetry(slice));
        }
    }

    /// <summary>What is only suspected is tried once by itself, however many retries there are. Null: no more by itself.</summary>
    private DateTimeOffset? NextRetry(Slice slice) => slice.IsSuspicion ? now : options.RetryAfter is [var first, ..] ? now + first : null;

    private long End(Slice slice, bool isLast) => isLast ? page.To : slice.Entries[^1].Position;
}
