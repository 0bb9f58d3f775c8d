using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Folds some rows of a read model anew, and writes those that differ: the rows that one stream's events touch, or those of
/// one key. All events that touch these rows count, whatever their stream, so the log is read once from its beginning; but
/// only these rows are kept in memory, compared and written. Live tables serve meanwhile; for the last few events and the
/// writing they are held still, as in a swap.
/// An event that cannot be folded is passed over where the live rows stand without it, and otherwise ends the run.
/// </summary>
internal sealed class RowsRun(LogDatabase database, ReadModel model, JobRow row, RebuildOptions options, TimeProvider clock) : IAsyncDisposable
{
    public const string OfStream = "stream:";
    public const string OfKey = "key:";

    private const string Staged = "pg_temp";

    private readonly ITableRows[] tables = [.. model.Tables.Select(table => table.NewRows())];
    private readonly PassedStreams passed = new(database, model, recordedUnder: null);
    private readonly LogScan scan = new(database, options.PageEvents);

    public async Task Carry(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await RebuildConnection.Open(database, ct).ConfigureAwait(false);
        try
        {
            await Steps(connection, ct).ConfigureAwait(false);
        }
        catch (LocksNotHadException)
        {
            await row.Pause(connection, "The live tables could not be held: somebody keeps them in long transactions. Resume it when they have ended.", ct).ConfigureAwait(false);
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

    public ValueTask DisposeAsync() => scan.DisposeAsync();

    private async Task Steps(NpgsqlConnection connection, CancellationToken ct)
    {
        await row.Set(connection, RebuildStep.Replaying, ct).ConfigureAwait(false);
        await passed.TakeDiscarded(connection, 0, clock.GetUtcNow(), ct).ConfigureAwait(false);
        if (row.Job.Scope!.StartsWith(OfStream, StringComparison.Ordinal))
        {
            await Choose(Guid.Parse(row.Job.Scope[OfStream.Length..]), ct).ConfigureAwait(false);
        }

        long position = 0;
        for (int attempt = 1; attempt <= options.LockAttemptsMax; attempt++)
        {
            position = await Fold(connection, position, await LiveHold.Target(connection, database, model, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
            await using LiveHold? hold = await LiveHold.Try(database, [model], options, ct).ConfigureAwait(false);
            if (hold is not null && hold.Positions[model] >= position && hold.Positions[model] - position <= options.EventsUnderLockMax)
            {
                position = await Fold(connection, position, hold.Positions[model], ct).ConfigureAwait(false);
                await Write(hold, position, ct).ConfigureAwait(false);
                return;
            }

            await Task.Delay(options.LockPause, clock, ct).ConfigureAwait(false);
        }

        throw new LocksNotHadException();
    }

    /// <summary>The rows of a stream are known before the first event is folded.</summary>
    private async Task Choose(Guid stream, CancellationToken ct)
    {
        foreach (LogEntry entry in await scan.Stream(stream, 0, long.MaxValue, ct).ConfigureAwait(false))
        {
            if (entry.Recorded is { } recorded)
            {
                foreach (ITableRows rows in tables)
                {
                    rows.AddTouchedBy(recorded);
                }
            }
        }

        RefuseTooMany();
    }

    private async Task<long> Fold(NpgsqlConnection connection, long after, long to, CancellationToken ct)
    {
        if (to <= after)
        {
            return after;
        }

        string? key = row.Job.Scope!.StartsWith(OfKey, StringComparison.Ordinal) ? row.Job.Scope[OfKey.Length..] : null;
        row.Target = to;
        await foreach (ScannedPage page in scan.Pages(after, to, ct).ConfigureAwait(false))
        {
            foreach (LogEntry entry in page.Events)
            {
                await Fold(connection, entry, key, ct).ConfigureAwait(false);
            }

            await using var progress = new NpgsqlBatch(connection);
            foreach (NpgsqlBatchCommand move in row.Advance(page.To))
            {
                progress.BatchCommands.Add(move);
            }

            if (await progress.ExecuteNonQueryAsync(ct).ConfigureAwait(false) == 0)
            {
                throw new RebuildInterruptedException();
            }
        }

        return to;
    }

    private async Task Fold(NpgsqlConnection connection, LogEntry entry, string? key, CancellationToken ct)
    {
        if (entry.Recorded is not { } recorded || passed.PassesOver(entry))
        {
            return;
        }

        try
        {
            foreach (ITableRows rows in tables)
            {
                if (key is not null)
                {
                    rows.AddNamed(recorded, key);
                }

                rows.Evolve(recorded);
            }
        }
        catch (Exception failure) // a fold is pure: whatever it throws, it will throw again
        {
            await passed.PassOver(connection, entry, FailurePlace.Of(failure), ct).ConfigureAwait(false);
            return;
        }

        foreach (ITableRows rows in tables)
        {
            rows.Accept();
        }
    }

    private async Task Write(LiveHold hold, long position, CancellationToken ct)
    {
        RefuseTooMany();
        NpgsqlConnection connection = hold.Connection;
        string live = database.ReadSchema;
        List<(long Added, long Changed)> counts = [];
        foreach ((ITable table, ITableRows rows) in model.Tables.Zip(tables))
        {
            await connection.Execute($"create temporary table {table.Name} (like {live}.{table.Name} including indexes) on commit drop", ct).ConfigureAwait(false);
            await Send(connection, rows.Stage(Staged), ct).ConfigureAwait(false);
            counts.Add((await connection.Query(rows.CountSql(live, Staged), count => (count.GetInt64(0), count.GetInt64(1)), ct).ConfigureAwait(false))[0]);
        }

        long[] removed = new long[tables.Length];
        for (int at = tables.Length - 1; at >= 0; at--) // those that refer to others first
        {
            removed[at] = tables[at].Remove(live, Staged) is { } remove ? await Send(connection, [remove], ct).ConfigureAwait(false) : 0;
        }

        foreach (ITableRows rows in tables)
        {
            await connection.Execute(rows.WriteSql(live, Staged), ct).ConfigureAwait(false);
        }

        if (!model.Inline)
        {
            // Whoever leads has rows in memory that were just written: a new epoch makes it forget them.
            await connection.Execute(
                $"update {database.LogSchema}.wya_projections set epoch = epoch + 1, updated_at = now() where name = $1", ct, Sql.Value(model.Name)).ConfigureAwait(false);
        }

        await row.FinishRows(
            connection, position, [.. model.Tables.Select((table, at) => new TableDifference(table.Name, counts[at].Added, removed[at], counts[at].Changed))], ct).ConfigureAwait(false);
        await hold.Commit().ConfigureAwait(false);
    }

    private void RefuseTooMany()
    {
        if (tables.Sum(rows => rows.Count) > options.RowsAloneMax)
        {
            throw new RebuildFailedException($"{model.Name}: more than {options.RowsAloneMax} rows are concerned; rebuild it as a whole.");
        }
    }

    private static async Task<int> Send(NpgsqlConnection connection, IEnumerable<NpgsqlBatchCommand> commands, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (NpgsqlBatchCommand command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        return batch.BatchCommands.Count == 0 ? 0 : await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }
}
