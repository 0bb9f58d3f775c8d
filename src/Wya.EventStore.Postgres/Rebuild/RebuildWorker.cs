using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Carries out what <see cref="Rebuilds"/> records, one job at a time, in any process that has the read models' code.
/// Several may run on one database. A job of a process that died is taken up by another where its rows stand.
/// </summary>
public sealed class RebuildWorker(LogDatabase database, IEnumerable<ReadModel> models, TimeProvider clock, RebuildOptions? options = null)
{
    private readonly Dictionary<string, ReadModel> known = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
    private readonly RebuildOptions options = options ?? new RebuildOptions();
    private readonly string worker = $"{Environment.MachineName}/{Environment.ProcessId}";
    private readonly string table = $"{database.LogSchema}.wya_rebuilds";

    /// <summary>The kind of the last failure to do any work at all, such as a database that is away; null when all is well.</summary>
    public string? Fault { get; private set; }

    /// <summary>Works until cancelled.</summary>
    public async Task Run(CancellationToken ct)
    {
        long? tidiedAt = null;
        while (!ct.IsCancellationRequested)
        {
            bool worked = false;
            try
            {
                worked = await WorkOnce(ct).ConfigureAwait(false);
                if (!worked && !(tidiedAt is { } at && clock.GetElapsedTime(at) < options.TidyInterval))
                {
                    await Tidy(ct).ConfigureAwait(false);
                    tidiedAt = clock.GetTimestamp();
                }

                Fault = null;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                // A fault of the moment, or of the job's bookkeeping: the job stays as it is, and is taken up again.
                Fault = FailurePlace.Of(failure);
            }

            if (!worked)
            {
                await Task.Delay(options.PollInterval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Takes up one job that nobody works on, with all of its set, and carries it to its end, or until it is paused, held or
    /// cancelled. False when there was none; then what nobody needs any more is dropped.
    /// </summary>
    public async Task<bool> RunOnce(CancellationToken ct)
    {
        bool worked = await WorkOnce(ct).ConfigureAwait(false);
        if (!worked)
        {
            await Tidy(ct).ConfigureAwait(false);
        }

        return worked;
    }

    private async Task<bool> WorkOnce(CancellationToken ct)
    {
        foreach (Guid[] ids in await Runnable(ct).ConfigureAwait(false))
        {
            List<RebuildLock> held = [];
            try
            {
                if (await TakeUp(ids, held, ct).ConfigureAwait(false) is not { } set)
                {
                    continue;
                }

                try
                {
                    await Carry(set, ct).ConfigureAwait(false);
                }
                catch (RebuildInterruptedException)
                {
                    // Paused, cancelled, or taken up by another worker.
                }

                foreach ((ReadModel model, _) in set)
                {
                    await DropLeftShadow(model, lockIsHeld: true, ct).ConfigureAwait(false);
                }

                return true;
            }
            finally
            {
                foreach (RebuildLock each in held)
                {
                    await each.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        return false;
    }

    private async Task Carry(IReadOnlyList<(ReadModel Model, JobRow Row)> set, CancellationToken ct)
    {
        if (set is not [{ Row.Job.Kind: RebuildKind.Rows } one])
        {
            await new RebuildRun(database, set, options, clock).Carry(ct).ConfigureAwait(false);
            return;
        }

        await using var run = new RowsRun(database, one.Model, one.Row, options, clock);
        await run.Carry(ct).ConfigureAwait(false);
    }

    /// <summary>Sets of which none is paused: the ids of their jobs, by the names of their read models.</summary>
    private async Task<List<Guid[]>> Runnable(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        return await connection.Query(
            $"""
            select array_agg(id order by projection) from {table} where state in ('running', 'paused')
             group by set_id having bool_and(state = 'running' and projection = any($1)) order by min(requested_at), set_id
            """,
            row => row.GetFieldValue<Guid[]>(0), ct, Sql.Value(known.Keys.ToArray())).ConfigureAwait(false);
    }

    /// <summary>Null when another worker is at one of them, or one runs no more.</summary>
    private async Task<IReadOnlyList<(ReadModel Model, JobRow Row)>?> TakeUp(Guid[] ids, List<RebuildLock> held, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        List<(Guid Id, ReadModel Model)> jobs = await connection.Query(
            $"select id, projection from {table} where id = any($1) order by projection", row => (row.GetGuid(0), known[row.GetString(1)]), ct, Sql.Value(ids)).ConfigureAwait(false);
        foreach ((_, ReadModel model) in jobs)
        {
            if (await RebuildLock.Try(database, model, ct).ConfigureAwait(false) is not { } got)
            {
                return null;
            }

            held.Add(got);
        }

        List<(ReadModel, JobRow)> set = [];
        foreach ((Guid id, ReadModel model) in jobs)
        {
            if (await JobRow.TakeUp(connection, database, id, worker, clock, ct).ConfigureAwait(false) is not { } row)
            {
                return null;
            }

            set.Add((model, row));
        }

        return set;
    }

    /// <summary>Shadow tables of jobs that were cancelled or failed; replaced tables, and rows that differed, whose time is over.</summary>
    private async Task Tidy(CancellationToken ct)
    {
        foreach (ReadModel model in known.Values)
        {
            await DropLeftShadow(model, lockIsHeld: false, ct).ConfigureAwait(false);
        }

        DateTimeOffset before = clock.GetUtcNow() - options.RetiredKept;
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        List<ReadModel> over = await connection.Query(
            $"select projection from {table} where retired_position is not null and finished_at <= $2 and projection = any($1)",
            row => known[row.GetString(0)], ct, Sql.Value(known.Keys.ToArray()), Sql.Value(before.UtcDateTime)).ConfigureAwait(false);
        foreach (ReadModel model in over)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
            await RetiredTables.Drop(connection, database, model, actor: null, before, ct).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await RowDifferences.Drop(connection, database, known.Keys, before, ct).ConfigureAwait(false);
    }

    private async Task DropLeftShadow(ReadModel model, bool lockIsHeld, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        if (!await ModelTables.AnyExists(connection, model, database.ShadowSchema, ct).ConfigureAwait(false)
            || !(lockIsHeld || await RebuildLock.TryForTransaction(connection, database, model, ct).ConfigureAwait(false))
            || (await connection.Query(
                $"select 1 from {table} where projection = $1 and state in ('running', 'paused')", _ => 1, ct, Sql.Value(model.Name)).ConfigureAwait(false)).Count > 0)
        {
            return;
        }

        await connection.Execute(ModelTables.DropSql(model, database.ShadowSchema), ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
