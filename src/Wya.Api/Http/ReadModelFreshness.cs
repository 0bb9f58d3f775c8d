using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Api.Http;

/// <summary>How far an asynchronous read model has come, and waiting for it to come further.</summary>
internal sealed class ReadModelFreshness(Consumer consumer, Positions positions, TimeSpan waitMax, TimeProvider clock)
{
    /// <summary>Null when the model holds the position, or did within the bounded wait.</summary>
    public async Task<Problem?> WaitFor(long position, CancellationToken ct)
    {
        Waited waited = await positions.WaitFor(consumer, position, waitMax, ct).ConfigureAwait(false);
        return waited.Result switch
        {
            WaitResult.Reached => null,
            WaitResult.TimedOut => Problems.ReadModelBehind,
            WaitResult.BeyondHead => Problems.PositionInTheFuture,
            WaitResult.TooManyWaiters => Problems.TooManyWaiting,
            _ => throw new InvalidOperationException($"Unknown result {waited.Result}."),
        };
    }

    /// <summary>
    /// The position up to which the model holds a stream's events, and for how long the oldest one that it lacks has been
    /// waiting. A stream that is set aside after a failure stands still while the others go on.
    /// </summary>
    /// <param name="streamId">Null for all streams together: then the one that stands still first counts.</param>
    public Task<(long Position, TimeSpan Lag)> Of(Guid? streamId, CancellationToken ct) => Of(consumer.Target, streamId, ct);

    /// <summary>The same of the rows as they are there.</summary>
    public async Task<(long Position, TimeSpan Lag)> Of(LogRows rows, Guid? streamId, CancellationToken ct)
    {
        string log = consumer.Target.LogSchema;
        await using NpgsqlCommand command = rows.CreateCommand(
            $"""
            select at.position, missing.timestamp
            from (select least(
                    greatest((select last_seq_id from {log}.mt_event_progression where name = $1), $4),
                    (select min(first_seq_id) - 1 from {log}.wya_parked_streams
                     where projection = $2 and ($3::uuid is null or stream_id = $3))) as position) at
            left join {log}.mt_events missing on missing.seq_id = at.position + 1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.ProgressionName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = streamId });
        // What it has passed over is stored a moment later; a standby has only what is stored.
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rows.AreOfStandby ? 0 : consumer.Progress.Head });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        TimeSpan lag = reader.IsDBNull(1) ? TimeSpan.Zero : clock.GetUtcNow() - new DateTimeOffset(reader.GetDateTime(1));
        return (reader.GetInt64(0), lag < TimeSpan.Zero ? TimeSpan.Zero : lag);
    }
}
