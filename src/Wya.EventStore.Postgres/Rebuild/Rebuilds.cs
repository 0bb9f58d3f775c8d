using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What an operator can ask of the rebuilds of a domain's read models, from any process. The verbs only change the
/// job's row, and record who did it and why; a <see cref="RebuildWorker"/>, in whatever process it runs, carries the job out.
/// Read models that were ordered together are one set: pausing, resuming, cancelling one is that of all.
/// </summary>
public sealed partial class Rebuilds(LogDatabase database, IEnumerable<ReadModel> models, TimeProvider clock)
{
    private const string IsHeld = "(state = 'paused' and coalesce(rows_differing, 0) > 0 and approved is null)";

    private readonly Dictionary<string, ReadModel> known = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
    private readonly string table = $"{database.LogSchema}.wya_rebuilds";

    /// <summary>Orders new tables to be filled from the whole log and to be put in the place of the live ones.</summary>
    /// <param name="projection">The read model's name.</param>
    public Task<RebuildAnswer> Request(string projection, Operator by, CancellationToken ct = default) => Request([projection], by, ct: ct);

    /// <summary>The same for a set, which is swapped at one position in one transaction.</summary>
    /// <param name="eventsASecondMax">A limit on the speed, which can be changed while it runs; null for none.</param>
    /// <param name="expectedSeconds">By a forecast, if one was made.</param>
    public Task<RebuildAnswer> Request(
        IReadOnlyList<string> projections, Operator by, int? eventsASecondMax = null, double? expectedSeconds = null, CancellationToken ct = default) =>
        Start(
            "rebuild",
            projections,
            by,
            $"""
            insert into {table} (id, set_id, projection, kind, state, requested_by, requested_at, reason, events_a_second_max, expected_seconds, target)
            select u.id, $1, u.projection, 'rebuild', 'running', $4, $5, $6, $7, $8, h.position
              from unnest($2, $3) u(id, projection), {database.LogSchema}.wya_log_head h
            returning {RebuildJob.Columns}
            """,
            RebuildRefusals.UnknownReadModel,
            ct,
            Nullable(eventsASecondMax, NpgsqlTypes.NpgsqlDbType.Integer),
            Nullable(expectedSeconds, NpgsqlTypes.NpgsqlDbType.Double));

    /// <summary>Orders the rows that a stream's events touch to be folded anew, and written where they differ.</summary>
    public Task<RebuildAnswer> RequestStream(string projection, Guid streamId, Operator by, CancellationToken ct = default) =>
        RequestRows(projection, RowsRun.OfStream + streamId, by, ct);

    /// <summary>The same for the rows of one key.</summary>
    /// <param name="key">The values of the key's columns, joined by commas.</param>
    public Task<RebuildAnswer> RequestKey(string projection, string key, Operator by, CancellationToken ct = default) =>
        RequestRows(projection, RowsRun.OfKey + key, by, ct);

    /// <summary>Orders the tables that the last swap replaced to be caught up and put back in their place, with those that were swapped with them.</summary>
    public Task<RebuildAnswer> SwitchBack(string projection, Operator by, CancellationToken ct = default) =>
        Start(
            "switch-back",
            [projection],
            by,
            $"""
            insert into {table} (id, set_id, projection, kind, state, requested_by, requested_at, reason, position, target)
            select case when r.projection = any($3) then ($2)[1] else gen_random_uuid() end, $1, r.projection, 'switch_back', 'running', $4, $5, $6, r.retired_position, h.position
              from {table} r, {database.LogSchema}.wya_log_head h
             where r.retired_position is not null
               and r.set_id in (select set_id from {table} where projection = any($3) and retired_position is not null)
            returning {RebuildJob.Columns}
            """,
            RebuildRefusals.NothingToSwitchBack,
            ct);

    /// <summary>Stops it after the page under way; what has been filled is kept.</summary>
    public Task<RebuildAnswer> Pause(string projection, Operator by, CancellationToken ct = default) =>
        Change(
            "pause-rebuild", projection, by, RebuildRefusals.NothingToPause,
            "state = 'paused', explanation = 'Paused by an operator; resume or cancel it.'", "state = 'running'", ct);

    /// <summary>Goes on where it was paused. One that is held because rows differ has to be approved instead.</summary>
    public async Task<RebuildAnswer> Resume(string projection, Operator by, CancellationToken ct = default)
    {
        RebuildAnswer answer = await Change(
            "resume-rebuild", projection, by, RebuildRefusals.NothingToResume, "state = 'running', explanation = null", $"state = 'paused' and not {IsHeld}", ct).ConfigureAwait(false);
        return answer.IsRefused && await Show(projection, ct).ConfigureAwait(false) is { IsHeld: true } ? RebuildRefusals.DifferenceNotApproved : answer;
    }

    /// <summary>Gives it up; what has been filled is dropped. Replaced tables that were being caught up are kept.</summary>
    public Task<RebuildAnswer> Cancel(string projection, Operator by, CancellationToken ct = default) =>
        Change(
            "cancel", projection, by, RebuildRefusals.NothingToCancel,
            "state = 'cancelled', step = 'finished', explanation = null, finished_at = now()", "state in ('running', 'paused')", ct);

    /// <summary>Changes how fast it may go, at once.</summary>
    /// <param name="eventsASecondMax">Null: as fast as live work allows.</param>
    public Task<RebuildAnswer> Throttle(string projection, int? eventsASecondMax, Operator by, CancellationToken ct = default) =>
        Change(
            "throttle", projection, by, RebuildRefusals.NothingToThrottle,
            "events_a_second_max = $4", "state in ('running', 'paused') and events_a_second_max is distinct from $4", ct,
            Nullable(eventsASecondMax, NpgsqlTypes.NpgsqlDbType.Integer));

    /// <summary>
    /// Accepts the difference for which it is held, and lets it go on to the swap. It is held again if a table, or a kind of
    /// difference, comes to differ that did not when it was looked at.
    /// </summary>
    /// <param name="fingerprint">Of the difference that was looked at.</param>
    public async Task<RebuildAnswer> Approve(string projection, string fingerprint, Operator by, CancellationToken ct = default)
    {
        if (!by.SaysWhy)
        {
            return OperatorRefusals.ReasonMissing;
        }

        RebuildAnswer answer = await Change(
            "approve", projection, by, RebuildRefusals.NothingToApprove,
            "state = 'running', explanation = null, approved = difference, approved_by = $2", $"projection = $1 and {IsHeld} and fingerprint = $4", ct, Sql.Value(fingerprint)).ConfigureAwait(false);
        return answer.IsRefused && await Show(projection, ct).ConfigureAwait(false) is { IsHeld: true } ? RebuildRefusals.DifferenceNotAsSeen : answer;
    }

    /// <summary>Drops the tables that the last swap replaced; after it there is no switching back.</summary>
    public async Task<RebuildAnswer> DropRetired(string projection, Operator by, CancellationToken ct = default)
    {
        if (!known.TryGetValue(projection, out ReadModel? model))
        {
            return RebuildRefusals.UnknownReadModel;
        }

        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        RebuildAnswer answer = await RetiredTables.Drop(connection, database, model, by.Actor, null, ct).ConfigureAwait(false);
        if (!answer.IsRefused)
        {
            await Operations.Record(
                connection, database.LogSchema, "drop-retired", projection, by, Operations.Done, new { tables = model.Tables.Count }, ct).ConfigureAwait(false);
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return answer;
    }

    private Task<RebuildAnswer> RequestRows(string projection, string scope, Operator by, CancellationToken ct) =>
        Start(
            "rebuild-rows",
            [projection],
            by,
            $"""
            insert into {table} (id, set_id, projection, kind, state, requested_by, requested_at, reason, scope, target)
            select ($2)[1], $1, ($3)[1], 'rows', 'running', $4, $5, $6, $7, position from {database.LogSchema}.wya_log_head
            returning {RebuildJob.Columns}
            """,
            RebuildRefusals.UnknownReadModel,
            ct,
            Sql.Value(scope));

    private async Task<RebuildAnswer> Start(
        string verb, IReadOnlyList<string> projections, Operator by, string sql, Refusal otherwise, CancellationToken ct, params NpgsqlParameter[] more)
    {
        string[] names = [.. projections.Distinct(StringComparer.Ordinal)];
        if (names.Length == 0 || !names.All(known.ContainsKey))
        {
            return RebuildRefusals.UnknownReadModel;
        }

        if (!by.IsNamed)
        {
            return OperatorRefusals.ReasonMissing;
        }

        DateTimeOffset now = clock.GetUtcNow();
        Guid[] ids = [.. names.Select(_ => Guid.CreateVersion7(now))];
        try
        {
            return await InTransaction(
                verb, by, otherwise, Operations.Ordered,
                connection => connection.Query(
                    sql, RebuildJob.Read, ct,
                    [Sql.Value(ids[0]), Sql.Value(ids), Sql.Value(names), Sql.Value(by.Actor), Sql.Value(now.UtcDateTime), Sql.Value(by.Reason), .. more]),
                ct).ConfigureAwait(false);
        }
        catch (PostgresException taken) when (taken is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "wya_rebuilds_one_at_a_time" })
        {
            return RebuildRefusals.RebuildUnderWay;
        }
    }

    /// <summary>Changes the read model's job that has not ended, with those of its set.</summary>
    private async Task<RebuildAnswer> Change(
        string verb, string projection, Operator by, Refusal otherwise, string set, string where, CancellationToken ct, params NpgsqlParameter[] more)
    {
        if (!known.ContainsKey(projection))
        {
            return RebuildRefusals.UnknownReadModel;
        }

        if (!by.IsNamed)
        {
            return OperatorRefusals.ReasonMissing;
        }

        return await InTransaction(
            verb, by, otherwise, Operations.Done,
            connection => connection.Query(
                $"""
                update {table} set {set}, changed_by = $2
                 where set_id in (select set_id from {table} where projection = $1 and state in ('running', 'paused')) and {where} and $3
                returning {RebuildJob.Columns}
                """,
                RebuildJob.Read, ct, [Sql.Value(projection), Sql.Value(by.Actor), Sql.Value(true), .. more]),
            ct).ConfigureAwait(false);
    }

    private async Task<RebuildAnswer> InTransaction(
        string verb, Operator by, Refusal otherwise, string outcome, Func<NpgsqlConnection, Task<List<RebuildJob>>> change, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        RebuildJob[] jobs = [.. (await change(connection).ConfigureAwait(false)).OrderBy(job => job.Projection, StringComparer.Ordinal)];
        if (jobs.Length == 0)
        {
            return otherwise;
        }

        string target = string.Join(", ", jobs.Select(job => job.Projection)) + (jobs[0].Scope is { } scope ? " " + scope : "");
        await Operations.Record(
            connection, database.LogSchema, verb, target, by, outcome,
            new { read_models = jobs.Length, position = jobs.Min(job => job.Position), target = jobs.Max(job => job.Target), rows_differing = jobs.Sum(job => job.RowsDiffering), events_a_second_max = jobs[0].EventsASecondMax },
            ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return RebuildAnswer.Of(jobs);
    }

    private static NpgsqlParameter Nullable<T>(T? value, NpgsqlTypes.NpgsqlDbType type)
        where T : struct =>
        new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = type };
}
