using System.Data;
using System.Diagnostics;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// One worker's run of one job. The live tables serve readers and writers all the time:
/// 1. make empty tables beside the live ones, in the shadow schema;
/// 2. fold the whole log into them, page by page, position and rows in one transaction, so that a run that is cut short
///    is taken up exactly where it stood;
/// 3. catch up with the live tables while these move on;
/// 4. compare: hold the live tables still, fold the last few events, take a snapshot of both at equal position, let go at
///    once, and compare in the snapshot for as long as it takes;
/// 5. swap: hold and fold again, and exchange all tables of the read model in one transaction. Appends and the daemon
///    wait for milliseconds; a reader sees either the old tables or the new ones, whole.
/// A lock that is not had within its short limit is given up and tried again later, so that nobody queues up behind it.
/// Invariant: at the swap both sets of tables stand at the same position, so the read model's position does not move
/// (unless it was never filled). The leader's epoch rises, so that a daemon forgets the rows that it remembers.
/// A switch back does 3 and 5 with the tables that the last swap left behind.
/// What it cannot give: a repeatable-read transaction that was begun before the swap and first touches a table after it
/// sees the new table as it was at its own snapshot. Reads of one statement, and read-committed ones, have no such limit.
/// </summary>
internal sealed class RebuildRun(LogDatabase database, ReadModel model, JobRow row, RebuildOptions options, TimeProvider clock)
{
    private readonly RebuildJob job = row.Job;

    private string Schema => job.Kind == RebuildKind.Rebuild ? database.ShadowSchema : database.RetiredSchema;

    public async Task Carry(CancellationToken ct)
    {
        using Activity? activity = LogTelemetry.Activities.StartActivity(job.Kind == RebuildKind.Rebuild ? "rebuild" : "switch back");
        activity?.SetTag("domain", database.Domain).SetTag("projection", model.Name);
        await using NpgsqlConnection connection = await RebuildConnection.Open(database, ct).ConfigureAwait(false);
        try
        {
            await Steps(connection, ct).ConfigureAwait(false);
        }
        catch (LocksNotHadException)
        {
            await row.Pause(
                connection, "The locks on the live tables could not be had: somebody keeps them in long transactions. Resume it when they have ended.", ct)
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RebuildFailedException or InvalidDataException)
        {
            await row.Fail(connection, failure.Message, ct).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or RebuildInterruptedException) && !Faults.IsTransient(failure))
        {
            await row.Fail(connection, $"{model.Name}: {FailurePlace.Of(failure)}.", ct).ConfigureAwait(false);
        }
    }

    private async Task Steps(NpgsqlConnection connection, CancellationToken ct)
    {
        // The position is in the same transaction as the rows: losing the last pages in a crash of the server is exact too.
        await connection.Execute("set synchronous_commit = off", ct).ConfigureAwait(false);
        bool restart = job.Position == 0 || !await ModelTables.Exist(connection, model, Schema, ct).ConfigureAwait(false);
        DateTimeOffset since = job.StartedAt!.Value;
        while (true)
        {
            if (restart)
            {
                await Begin(connection, ct).ConfigureAwait(false);
            }

            try
            {
                await FillAndSwap(connection, restart ? 0 : job.Position, since, ct).ConfigureAwait(false);
                return;
            }
            catch (RebuildOutdatedException)
            {
                (restart, since) = (true, clock.GetUtcNow());
            }
        }
    }

    private async Task Begin(NpgsqlConnection connection, CancellationToken ct)
    {
        if (job.Kind == RebuildKind.SwitchBack)
        {
            throw new RebuildFailedException($"{model.Name}: the tables to switch back to are not there.");
        }

        List<string> outside = await ModelTables.OutsideDependents(connection, database, model, ct).ConfigureAwait(false);
        if (outside.Count > 0)
        {
            throw new RebuildFailedException(
                $"{model.Name}: {string.Join(", ", outside)} depends on its tables and would stay with those that are replaced.");
        }

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await ModelTables.Create(connection, database, model, ct).ConfigureAwait(false);
        await connection.Execute($"delete from {database.LogSchema}.wya_rebuild_passed where rebuild_id = $1", ct, Sql.Value(job.Id)).ConfigureAwait(false);
        await row.Restart(connection, ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task FillAndSwap(NpgsqlConnection connection, long position, DateTimeOffset since, CancellationToken ct)
    {
        var passed = new PassedStreams(database, model, await TablesOf(connection, ct).ConfigureAwait(false));
        await passed.Load(connection, ct).ConfigureAwait(false);
        var replay = new TableReplay(model, Schema, connection, passed, options.RowsCachedMax, position, row.Advance);
        await using var filling = new TableFilling(
            database, model, options, clock, connection, passed, replay, job.Kind == RebuildKind.Rebuild ? since : null)
        {
            TargetSeen = target => row.Target = target,
        };
        await row.Set(connection, RebuildStep.Replaying, ct).ConfigureAwait(false);
        await filling.CatchUp(ct).ConfigureAwait(false);
        foreach (ITable table in model.Tables)
        {
            await connection.Execute($"vacuum (analyze) {Schema}.{table.Name}", ct).ConfigureAwait(false);
        }

        if (job.Kind == RebuildKind.SwitchBack || await Compare(connection, filling, ct).ConfigureAwait(false))
        {
            await row.Set(connection, RebuildStep.Swapping, ct).ConfigureAwait(false);
            await Swap(filling, passed, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Under which job the tables' passed streams are recorded: the one whose swap left them, or this one.</summary>
    private async Task<Guid> TablesOf(NpgsqlConnection connection, CancellationToken ct) =>
        job.Kind == RebuildKind.Rebuild
            ? job.Id
            : (await connection.Query(
                $"select id from {database.LogSchema}.wya_rebuilds where projection = $1 and retired_position is not null",
                found => found.GetGuid(0), ct, Sql.Value(model.Name)).ConfigureAwait(false))[0];

    /// <summary>False when the job is held because of a difference.</summary>
    private async Task<bool> Compare(NpgsqlConnection connection, TableFilling filling, CancellationToken ct)
    {
        await row.Set(connection, RebuildStep.Comparing, ct).ConfigureAwait(false);
        await using NpgsqlConnection snapshot = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await snapshot.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct).ConfigureAwait(false);
        long position;
        await using (LiveHold hold = await filling.MeetLive(ct).ConfigureAwait(false))
        {
            // The first statement in the transaction takes its snapshot, here where both stand still.
            position = hold.Position;
            bool hasLive = await ModelTables.Exist(snapshot, model, database.ReadSchema, ct).ConfigureAwait(false);
            if (position < filling.Position || !hasLive)
            {
                return true; // the live tables were never filled: there is nothing to compare with
            }
        }

        ReadModelDifference difference = await TableComparison.Compare(
            snapshot, model, database.ReadSchema, database.ShadowSchema, position, ct).ConfigureAwait(false);
        await row.Compared(connection, difference.Rows, ct).ConfigureAwait(false);
        if (difference.IsNone || !job.HoldOnDifference)
        {
            return true;
        }

        await row.Pause(
            connection,
            $"Live and new tables differ at position {position} ({string.Join("; ", difference.Tables)}). Resume it to swap nevertheless, or cancel it.",
            ct).ConfigureAwait(false);
        return false;
    }

    private async Task Swap(TableFilling filling, PassedStreams passed, CancellationToken ct)
    {
        TimeSpan pause = options.LockPause;
        for (int attempt = 1; attempt <= options.LockAttemptsMax; attempt++)
        {
            try
            {
                await using LiveHold hold = await filling.MeetLive(ct).ConfigureAwait(false);
                await row.Finish(hold.Connection, filling.Position, hold.Position, ct).ConfigureAwait(false);
                await hold.Connection.Execute($"set local lock_timeout = {(long)options.TableLockTimeout.TotalMilliseconds}", ct).ConfigureAwait(false);
                await ModelTables.Swap(hold.Connection, database, model, Schema, ct).ConfigureAwait(false);
                if (!model.Inline)
                {
                    await LiveProgress.AfterSwap(hold, database, model, job.Id, filling.Position, passed.Streams, ct).ConfigureAwait(false);
                }

                await hold.Commit().ConfigureAwait(false);
                return;
            }
            catch (PostgresException notHad) when (notHad.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                await Task.Delay(pause, clock, ct).ConfigureAwait(false);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.LockPause.Ticks * 10));
            }
        }

        throw new LocksNotHadException();
    }
}
