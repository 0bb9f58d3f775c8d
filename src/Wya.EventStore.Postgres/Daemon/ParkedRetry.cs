using System.Diagnostics;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Retries parked streams in short slices between pages, so that other streams never wait for more than one slice,
/// however many are due. Several streams share a slice's round trips; each keeps its own order and its own outcome.
/// Failures in the fold cost next to nothing, failures in the database a transaction each: a slice that took too long
/// makes the next one smaller, down to a single stream.
/// </summary>
internal sealed class ParkedRetry(Consumer consumer, LogPageReader reader, SliceWriter writer, DaemonOptions options, TimeProvider clock)
{
    private readonly string log = consumer.Target.LogSchema;
    private int streamsMax = Math.Min(8, options.RetryStreamsMax);

    /// <summary>One slice, if any is due.</summary>
    public async Task<RetryEnd?> Run(Lead lead, CancellationToken ct)
    {
        if (lead.Parked.NextRetry is not { } time || time > clock.GetUtcNow())
        {
            return null;
        }

        long start = Stopwatch.GetTimestamp();
        (Dictionary<Guid, DueStream> streams, List<long> positions) = await Due(ct).ConfigureAwait(false);
        RetryEnd? end = null;
        if (streams.Count > 0)
        {
            List<LogEntry> entries = positions.Count == 0 ? [] : await reader.Pick(positions, ct).ConfigureAwait(false);
            end = new RetryEnd(consumer, lead, streams, options, clock);
            await writer.Write(entries, end, ct).ConfigureAwait(false);
        }

        lead.Parked.RetryNotBefore(await NextRetry(ct).ConfigureAwait(false));
        streamsMax = Stopwatch.GetElapsedTime(start) > options.RetryTime ? Math.Max(1, streamsMax / 2) : Math.Min(options.RetryStreamsMax, streamsMax * 2);
        return end;
    }

    private async Task<(Dictionary<Guid, DueStream> Streams, List<long> Positions)> Due(CancellationToken ct)
    {
        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"""
            with due as (
                select stream_id, first_seq_id, attempts from {log}.wya_parked_streams
                where projection = $1 and state = 'retrying' and next_retry_at <= $2
                order by next_retry_at limit $3)
            select d.stream_id, d.first_seq_id, d.attempts, e.seq_id
            from due d left join lateral (
                select seq_id from {log}.wya_parked_events
                where projection = $1 and stream_id = d.stream_id order by seq_id limit $4) e on true
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = streamsMax });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = options.RetryEventsPerStreamMax });
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        Dictionary<Guid, DueStream> streams = [];
        List<long> positions = [];
        while (await rows.ReadAsync(ct).ConfigureAwait(false))
        {
            Guid streamId = rows.GetGuid(0);
            bool hasEvent = !rows.IsDBNull(3);
            int before = streams.GetValueOrDefault(streamId).EventCount;
            streams[streamId] = new DueStream(rows.GetInt64(1), rows.GetInt32(2), before + (hasEvent ? 1 : 0));
            if (hasEvent)
            {
                positions.Add(rows.GetInt64(3));
            }
        }

        return (streams, positions);
    }

    private async Task<DateTimeOffset?> NextRetry(CancellationToken ct)
    {
        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"select min(next_retry_at) from {log}.wya_parked_streams where projection = $1 and state = 'retrying'");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is DateTime time
            ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))
            : null;
    }
}
