using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Folds pages of events into a read model's tables in some schema. Nobody else writes these tables, so the rows stay in
/// memory from page to page, up to a limit, and a page costs one upsert a table, whatever the number of its events.
/// Invariant: rows, position, and what was passed over are written in one transaction; whoever goes on from the recorded
/// position repeats nothing and misses nothing.
/// Poison: an event that cannot be folded changes no table. One that the database refuses (a constraint) is found by
/// halving the page. Either is passed over if the live read model stands without it, and else ends the rebuild.
/// </summary>
/// <param name="advance">The statements that record the position; the first must change one row, or the job is not ours any more.</param>
internal sealed class TableReplay(
    ReadModel model,
    string schema,
    NpgsqlConnection connection,
    PassedStreams passed,
    int rowsCachedMax,
    long position,
    Func<long, IReadOnlyList<NpgsqlBatchCommand>> advance)
{
    private readonly ITablePage[] pages = [.. model.Tables.Select(table => table.NewPage())];

    public long Position { get; private set; } = position;

    /// <summary>Takes the events and moves on to the position.</summary>
    public async Task Apply(ArraySegment<LogEntry> events, long to, CancellationToken ct)
    {
        try
        {
            await Fold(events, ct).ConfigureAwait(false);
            await Write(to, ct).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (IsOfTheData(refused))
        {
            Forget();
            if (events.Count == 0)
            {
                throw;
            }

            if (events.Count == 1)
            {
                await passed.PassOver(connection, events[0], FailurePlace.Of(refused), ct).ConfigureAwait(false);
                await Write(to, ct).ConfigureAwait(false);
                return;
            }

            int half = events.Count / 2;
            await Apply(events[..half], Math.Max(Position, events[half - 1].Position), ct).ConfigureAwait(false);
            await Apply(events[half..], to, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Not of the moment, and not of the tables' definitions or rights, which no event is to blame for.</summary>
    private static bool IsOfTheData(PostgresException refused) =>
        !Faults.IsTransient(refused) && !refused.SqlState.StartsWith("42", StringComparison.Ordinal);

    private async Task Fold(ArraySegment<LogEntry> events, CancellationToken ct)
    {
        foreach (LogEntry scanned in events)
        {
            if (scanned.Recorded is { } recorded && !passed.PassesOver(scanned))
            {
                Touch(recorded);
            }
        }

        await Load(ct).ConfigureAwait(false);
        foreach (LogEntry scanned in events)
        {
            if (!passed.PassesOver(scanned) && TryFold(scanned) is { } error)
            {
                await passed.PassOver(connection, scanned, error, ct).ConfigureAwait(false);
            }
        }
    }

    private void Touch(RecordedEvent recorded)
    {
        try
        {
            foreach (ITablePage page in pages)
            {
                page.Touch(recorded);
            }
        }
        catch (Exception)
        {
            // It will come again when the event is folded, and count there.
        }
    }

    /// <summary>All tables take the event, or none; null when they did.</summary>
    private string? TryFold(in LogEntry scanned)
    {
        if (scanned.Recorded is not { } recorded)
        {
            return scanned.Error;
        }

        try
        {
            foreach (ITablePage page in pages)
            {
                page.Evolve(recorded);
            }
        }
        catch (Exception failure) // a fold is pure: whatever it throws, it will throw again
        {
            return FailurePlace.Of(failure);
        }

        foreach (ITablePage page in pages)
        {
            page.Accept();
        }

        return null;
    }

    private async Task Load(CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection);
        List<ITablePage> loading = [];
        foreach (ITablePage page in pages)
        {
            if (page.Load(schema) is { } load)
            {
                batch.BatchCommands.Add(load);
                loading.Add(page);
            }
        }

        if (loading.Count == 0)
        {
            return;
        }

        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        foreach (ITablePage page in loading)
        {
            await page.Loaded(reader, ct).ConfigureAwait(false);
            await reader.NextResultAsync(ct).ConfigureAwait(false);
        }
    }

    private async Task Write(long to, CancellationToken ct)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(connection, transaction);
        IReadOnlyList<NpgsqlBatchCommand> moves = advance(to);
        foreach (NpgsqlBatchCommand write in pages.SelectMany(page => page.Write(schema)).Concat(passed.Record()).Concat(moves))
        {
            batch.BatchCommands.Add(write);
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }

        if (moves is [{ RecordsAffected: 0 }, ..])
        {
            throw new RebuildInterruptedException();
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        passed.Recorded();
        Position = to;
        if (pages.Sum(page => page.Count) > rowsCachedMax)
        {
            Forget();
        }
    }

    private void Forget()
    {
        foreach (ITablePage page in pages)
        {
            page.Forget();
        }
    }
}
