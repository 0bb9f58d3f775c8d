using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// A job's row, as the worker that has taken it up may write it: every write checks that the job still runs and that
/// nobody has taken it up since.
/// </summary>
internal sealed class JobRow(LogDatabase database, RebuildJob job, TimeProvider clock)
{
    private readonly string table = $"{database.LogSchema}.wya_rebuilds";
    private readonly long startedAt = clock.GetTimestamp();
    private readonly long startPosition = job.Position;

    public RebuildJob Job => job;

    /// <summary>Where the tables must get to, when last looked at.</summary>
    public long Target { get; set; } = job.Target;

    /// <summary>Takes the job up; null when it runs no more.</summary>
    public static async Task<JobRow?> TakeUp(NpgsqlConnection connection, LogDatabase database, Guid id, string worker, TimeProvider clock, CancellationToken ct)
    {
        List<RebuildJob> taken = await connection.Query(
            $"""
            update {database.LogSchema}.wya_rebuilds
               set run = run + 1, worker = $2, started_at = coalesce(started_at, now()), events_a_second = null, explanation = null
             where id = $1 and state = 'running'
            returning {RebuildJob.Columns}
            """,
            RebuildJob.Read, ct, Sql.Value(id), Sql.Value(worker)).ConfigureAwait(false);
        return taken is [var job] ? new JobRow(database, job, clock) : null;
    }

    /// <summary>Part of each page's transaction. A switch back fills retired tables, whose position is kept with them as well.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Advance(long position)
    {
        RebuildTelemetry.Moved(database.Name, job.Projection, position, Math.Max(Target, position));
        double seconds = clock.GetElapsedTime(startedAt).TotalSeconds;
        double? speed = seconds > 0 && position > startPosition ? (position - startPosition) / seconds : null;
        NpgsqlBatchCommand move = Statement(
            $"update {table} set position = $3, target = greatest($4, $3), events_a_second = $5 where id = $1 and run = $2 and state = 'running'",
            Sql.Value(position), Sql.Value(Target), new NpgsqlParameter { Value = (object?)speed ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Double });
        if (job.Kind != RebuildKind.SwitchBack)
        {
            return [move];
        }

        var keep = new NpgsqlBatchCommand($"update {table} set retired_position = $1 where projection = $2 and retired_position is not null");
        keep.Parameters.Add(Sql.Value(position));
        keep.Parameters.Add(Sql.Value(job.Projection));
        return [move, keep];
    }

    public Task Set(NpgsqlConnection connection, RebuildStep step, CancellationToken ct) =>
        Write(connection, "step = $3, target = $4", ct, Sql.Value(Name(step)), Sql.Value(Target));

    /// <summary>The limit on the speed, as the operator has set it by now.</summary>
    /// <exception cref="RebuildInterruptedException">It runs no more, or not here.</exception>
    public async Task<int?> Limit(NpgsqlConnection connection, CancellationToken ct)
    {
        List<int?> limit = await connection.Query(
            $"select events_a_second_max from {table} where id = $1 and run = $2 and state = 'running'",
            row => row.IsDBNull(0) ? null : (int?)row.GetInt32(0), ct, Sql.Value(job.Id), Sql.Value(job.Run)).ConfigureAwait(false);
        return limit is [var one] ? one : throw new RebuildInterruptedException();
    }

    /// <summary>Begins again with empty tables. What was approved stays approved, for what it was.</summary>
    public Task Restart(NpgsqlConnection connection, CancellationToken ct) =>
        Write(connection, "position = 0, step = 'replaying', started_at = now(), rows_differing = null, difference = null, fingerprint = null", ct);

    /// <summary>As the last comparison found; null before it.</summary>
    public long? RowsDiffering { get; private set; } = job.RowsDiffering;

    public Task Compared(NpgsqlConnection connection, ReadModelDifference difference, CancellationToken ct)
    {
        RowsDiffering = difference.Rows;
        return Write(
            connection, "rows_differing = $3, difference = $4, fingerprint = $5", ct, Sql.Value(difference.Rows), Sql.Json(difference.Tables),
            new NpgsqlParameter { Value = difference.IsNone ? DBNull.Value : difference.Fingerprint, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
    }

    /// <summary>Waits for somebody to approve what differs; what had been approved was something else.</summary>
    public Task Hold(NpgsqlConnection connection, string explanation, CancellationToken ct) =>
        Write(connection, "state = 'paused', approved = null, approved_by = null, explanation = $3", ct, Sql.Value(explanation));

    public Task Pause(NpgsqlConnection connection, string explanation, CancellationToken ct) =>
        Write(connection, "state = 'paused', explanation = $3", ct, Sql.Value(explanation));

    /// <summary>It could go on, but another of its set is held.</summary>
    public Task Wait(NpgsqlConnection connection, string explanation, CancellationToken ct) =>
        Write(connection, "explanation = $3", ct, Sql.Value(explanation));

    public Task Fail(NpgsqlConnection connection, string error, CancellationToken ct) =>
        Write(connection, "state = 'failed', step = 'finished', error = $3, finished_at = $4", ct, Sql.Value(error), Sql.Value(clock.GetUtcNow().UtcDateTime));

    /// <summary>Of rows that were folded by themselves: within the transaction that wrote them.</summary>
    public async Task FinishRows(NpgsqlConnection connection, long position, IReadOnlyList<TableDifference> written, CancellationToken ct)
    {
        await Write(
            connection,
            "state = 'done', step = 'finished', position = $3, target = $3, rows_differing = $4, difference = $5, finished_at = $6, "
            + "explanation = case when $4 = 0 then 'No row differed from its fold: nothing was written.' end",
            ct, Sql.Value(position), Sql.Value(written.Sum(table => table.Rows)), Sql.Json(written), Sql.Value(clock.GetUtcNow().UtcDateTime)).ConfigureAwait(false);
        await Operations.Record(
            connection, database.LogSchema, "write-rows", $"{job.Projection} {job.Scope}", new Operator(job.RequestedBy, job.Reason), Operations.Done,
            new { rows_written = written.Sum(table => table.Rows), position }, ct).ConfigureAwait(false);
    }

    /// <summary>Within the swap's transaction. What earlier swaps had left behind is gone with it.</summary>
    /// <param name="retired">Position of the tables that have been replaced.</param>
    public async Task Finish(NpgsqlConnection connection, long position, long retired, CancellationToken ct)
    {
        await connection.Execute(
            $"update {table} set retired_position = null where projection = $1 and retired_position is not null", ct, Sql.Value(job.Projection)).ConfigureAwait(false);
        await Write(
            connection,
            "state = 'done', step = 'finished', position = $3, target = $3, swap_position = $3, retired_position = $4, finished_at = $5",
            ct, Sql.Value(position), Sql.Value(retired), Sql.Value(clock.GetUtcNow().UtcDateTime)).ConfigureAwait(false);
    }

    private async Task Write(NpgsqlConnection connection, string set, CancellationToken ct, params NpgsqlParameter[] values)
    {
        int rows = await connection.Execute(
            $"update {table} set {set} where id = $1 and run = $2 and state = 'running'",
            ct, [Sql.Value(job.Id), Sql.Value(job.Run), .. values]).ConfigureAwait(false);
        if (rows == 0)
        {
            throw new RebuildInterruptedException();
        }
    }

    private NpgsqlBatchCommand Statement(string sql, params NpgsqlParameter[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.Add(Sql.Value(job.Id));
        command.Parameters.Add(Sql.Value(job.Run));
        command.Parameters.AddRange(values);
        return command;
    }

    private static string Name(RebuildStep step) => step switch
    {
        RebuildStep.Waiting => "waiting",
        RebuildStep.Replaying => "replaying",
        RebuildStep.Comparing => "comparing",
        RebuildStep.Swapping => "swapping",
        _ => "finished",
    };
}
