using System.Diagnostics;
using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Api.Http;

/// <summary>
/// How far an asynchronous read model has come, and waiting for it to come further. However many requests wait, one of
/// them looks at a time and tells the others, so that waiting costs the database at most a hundred small reads a second.
/// </summary>
internal sealed class ReadModelFreshness(LogDatabase database, ReadModel model, TimeProvider clock)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(10);

    private readonly Lock gate = new();
    private Task<long>? looking;
    private int waiters;

    /// <summary>Null when the model holds the position, or did within the bounded wait.</summary>
    public async Task<Problem?> WaitFor(long position, CancellationToken ct)
    {
        if (Interlocked.Increment(ref waiters) > Limits.PositionWaitersMax)
        {
            Interlocked.Decrement(ref waiters);
            return Problems.TooManyWaiting;
        }

        try
        {
            long start = Stopwatch.GetTimestamp();
            while (await Look().WaitAsync(ct).ConfigureAwait(false) < position)
            {
                if (Stopwatch.GetElapsedTime(start) > Limits.PositionWaitMax)
                {
                    return Problems.ReadModelBehind;
                }

                await Task.Delay(LookAgainAfter, ct).ConfigureAwait(false);
            }

            return null;
        }
        finally
        {
            Interlocked.Decrement(ref waiters);
        }
    }

    /// <summary>
    /// The position up to which the model holds a stream's events, and for how long the oldest one that it lacks has been
    /// waiting. A stream that is set aside after a failure stands still while the others go on.
    /// </summary>
    public async Task<(long Position, TimeSpan Lag)> Of(Guid streamId, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            $"""
            select at.position, missing.timestamp
            from (select least(
                    coalesce((select last_seq_id from {database.LogSchema}.mt_event_progression where name = $1), 0),
                    (select first_seq_id - 1 from {database.LogSchema}.wya_parked_streams where projection = $2 and stream_id = $3)) as position) at
            left join {database.LogSchema}.mt_events missing on missing.seq_id = at.position + 1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.ProgressionName });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.Name });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        TimeSpan lag = reader.IsDBNull(1) ? TimeSpan.Zero : clock.GetUtcNow() - new DateTimeOffset(reader.GetDateTime(1));
        return (reader.GetInt64(0), lag < TimeSpan.Zero ? TimeSpan.Zero : lag);
    }

    private Task<long> Look()
    {
        lock (gate)
        {
            return looking is { IsCompleted: false } ? looking : looking = Position();
        }
    }

    private async Task<long> Position()
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            $"select coalesce((select last_seq_id from {database.LogSchema}.mt_event_progression where name = $1), 0)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.ProgressionName });
        return (long)(await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false))!;
    }
}
