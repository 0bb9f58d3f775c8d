using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What an operator can ask of the rebuilds of a domain's read models, from any process. The verbs only change the
/// job's row; a <see cref="RebuildWorker"/>, in whatever process it runs, carries the job out.
/// </summary>
public sealed class Rebuilds(LogDatabase database, IEnumerable<ReadModel> models, TimeProvider clock)
{
    private readonly Dictionary<string, ReadModel> known = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
    private readonly string table = $"{database.LogSchema}.wya_rebuilds";

    /// <summary>Orders new tables to be filled from the whole log and to be put in the place of the live ones.</summary>
    /// <param name="projection">The read model's name.</param>
    /// <param name="actor">Who asks.</param>
    /// <param name="holdOnDifference">
    /// Pause before the swap when live and new tables differ at equal position; resuming then accepts the difference.
    /// </param>
    public Task<RebuildAnswer> Request(string projection, string actor, bool holdOnDifference = false, CancellationToken ct = default) =>
        Start(
            projection,
            $"""
            insert into {table} (id, projection, kind, state, requested_by, requested_at, hold_on_difference, target)
            select $2, $1, 'rebuild', 'running', $3, $4, $5, position from {database.LogSchema}.wya_log_head
            returning {RebuildJob.Columns}
            """,
            RebuildRefusals.UnknownReadModel,
            actor,
            holdOnDifference,
            ct);

    /// <summary>Orders the tables that the last swap replaced to be caught up and put back in their place.</summary>
    public Task<RebuildAnswer> SwitchBack(string projection, string actor, CancellationToken ct = default) =>
        Start(
            projection,
            $"""
            insert into {table} (id, projection, kind, state, requested_by, requested_at, hold_on_difference, position, target)
            select $2, $1, 'switch_back', 'running', $3, $4, $5, r.retired_position, h.position
              from {table} r, {database.LogSchema}.wya_log_head h
             where r.projection = $1 and r.retired_position is not null
            returning {RebuildJob.Columns}
            """,
            RebuildRefusals.NothingToSwitchBack,
            actor,
            holdOnDifference: false,
            ct);

    /// <summary>Stops it after the page under way; what has been filled is kept.</summary>
    public Task<RebuildAnswer> Pause(string projection, string actor, CancellationToken ct = default) =>
        Change(
            projection, actor, RebuildRefusals.NothingToPause,
            "set state = 'paused', explanation = 'Paused by an operator; resume or cancel it.'", "state = 'running'", ct);

    /// <summary>Goes on where it was paused. If it was held because of differing rows, they are accepted.</summary>
    public Task<RebuildAnswer> Resume(string projection, string actor, CancellationToken ct = default) =>
        Change(
            projection, actor, RebuildRefusals.NothingToResume,
            "set state = 'running', explanation = null, hold_on_difference = hold_on_difference and rows_differing is null", "state = 'paused'", ct);

    /// <summary>Gives it up; what has been filled is dropped. Replaced tables that were being caught up are kept.</summary>
    public Task<RebuildAnswer> Cancel(string projection, string actor, CancellationToken ct = default) =>
        Change(
            projection, actor, RebuildRefusals.NothingToCancel,
            "set state = 'cancelled', step = 'finished', explanation = null, finished_at = $3", "state in ('running', 'paused')", ct);

    /// <summary>Drops the tables that the last swap replaced; after it there is no switching back.</summary>
    public async Task<RebuildAnswer> DropRetired(string projection, string actor, CancellationToken ct = default)
    {
        if (!known.TryGetValue(projection, out ReadModel? model))
        {
            return RebuildRefusals.UnknownReadModel;
        }

        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        RebuildAnswer answer = await RetiredTables.Drop(connection, database, model, actor, null, ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<RebuildJob>> List(int limit = 100, CancellationToken ct = default) =>
        await Select($"select {RebuildJob.Columns} from {table} order by requested_at desc, id desc limit {limit}", [], ct).ConfigureAwait(false);

    /// <summary>The newest job of a read model; null when there never was one.</summary>
    public async Task<RebuildJob?> Show(string projection, CancellationToken ct = default) =>
        (await Select(
            $"select {RebuildJob.Columns} from {table} where projection = $1 order by requested_at desc, id desc limit 1",
            [new NpgsqlParameter<string> { TypedValue = projection }],
            ct).ConfigureAwait(false)).FirstOrDefault();

    public async Task<RebuildJob?> Show(Guid id, CancellationToken ct = default) =>
        (await Select(
            $"select {RebuildJob.Columns} from {table} where id = $1", [new NpgsqlParameter<Guid> { TypedValue = id }], ct).ConfigureAwait(false))
        .FirstOrDefault();

    private async Task<RebuildAnswer> Start(
        string projection, string sql, Refusal otherwise, string actor, bool holdOnDifference, CancellationToken ct)
    {
        if (!known.ContainsKey(projection))
        {
            return RebuildRefusals.UnknownReadModel;
        }

        try
        {
            RebuildJob? job = (await Select(
                sql,
                [
                    new NpgsqlParameter<string> { TypedValue = projection },
                    new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7(clock.GetUtcNow()) },
                    new NpgsqlParameter<string> { TypedValue = actor },
                    new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime },
                    new NpgsqlParameter<bool> { TypedValue = holdOnDifference },
                ],
                ct).ConfigureAwait(false)).FirstOrDefault();
            return job is null ? otherwise : job;
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "wya_rebuilds_one_at_a_time" })
        {
            return RebuildRefusals.RebuildUnderWay;
        }
    }

    private async Task<RebuildAnswer> Change(
        string projection, string actor, Refusal otherwise, string set, string where, CancellationToken ct)
    {
        if (!known.ContainsKey(projection))
        {
            return RebuildRefusals.UnknownReadModel;
        }

        RebuildJob? job = (await Select(
            $"update {table} {set}, changed_by = $2 where projection = $1 and {where} and $3 is not null returning {RebuildJob.Columns}",
            [
                new NpgsqlParameter<string> { TypedValue = projection },
                new NpgsqlParameter<string> { TypedValue = actor },
                new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime },
            ],
            ct).ConfigureAwait(false)).FirstOrDefault();
        return job is null ? otherwise : job;
    }

    private async Task<List<RebuildJob>> Select(string sql, NpgsqlParameter[] parameters, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<RebuildJob> jobs = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            jobs.Add(RebuildJob.Read(reader));
        }

        return jobs;
    }
}
