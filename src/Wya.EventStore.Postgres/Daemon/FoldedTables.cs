using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Folds a page into a read model's tables in memory: the rows that it needs are read in one round trip, unless they are
/// known from the pages before, and the rows that it changed are written by one upsert a table.
/// Invariant: an event changes all the tables or none; every table computes before the first one takes the result.
/// </summary>
internal sealed class FoldedTables(ReadModel model, string schema, DaemonOptions options) : IWork
{
    private readonly ITablePage[] pages = [.. model.Tables.Select(table => table.NewPage())];

    public int PageEventsMax => options.PageEventsMax;

    public bool WritesDirectly => false;

    public bool Concerns(RecordedEvent recorded)
    {
        try
        {
            return model.Tables.Any(table => table.Concerns(recorded));
        }
        catch (Exception)
        {
            return true; // it will come again when the event is folded, and count there
        }
    }

    public async Task<IReadOnlyList<NpgsqlBatchCommand>> Do(
        Slice slice, NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        if (pages.Sum(page => page.Count) > options.CachedRowsMax)
        {
            Forget();
        }

        foreach (LogEntry entry in slice.Entries)
        {
            if (slice.MayApply(entry))
            {
                Touch(entry.Recorded!);
            }
        }

        await Load(connection, transaction, ct).ConfigureAwait(false);
        foreach (LogEntry entry in slice.Entries)
        {
            if (slice.Takes(entry))
            {
                Fold(slice, entry);
            }
        }

        return [.. pages.SelectMany(page => page.Write(schema))];
    }

    public void Forget()
    {
        foreach (ITablePage page in pages)
        {
            page.Forget();
        }
    }

    private void Touch(RecordedEvent recorded)
    {
        foreach (ITablePage page in pages)
        {
            try
            {
                page.Touch(recorded);
            }
            catch (Exception)
            {
                return; // it will come again when the event is folded, and count there
            }
        }
    }

    private async Task Load(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
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

    private void Fold(Slice slice, in LogEntry entry)
    {
        try
        {
            foreach (ITablePage page in pages)
            {
                page.Evolve(entry.Recorded!);
            }
        }
        catch (Exception failure)
        {
            // A fold is pure: whatever it throws, it will throw again.
            slice.Fail(entry, FailurePlace.Of(failure));
            return;
        }

        foreach (ITablePage page in pages)
        {
            page.Accept();
        }

        slice.Accept(entry);
    }
}
