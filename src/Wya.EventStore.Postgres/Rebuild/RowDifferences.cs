using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>One row that differs, as an operator sees it.</summary>
/// <param name="Number">From 1, in the order of the tables and keys.</param>
/// <param name="Difference"><c>added</c>: only the new table has it; <c>removed</c>: only the live one; <c>changed</c>.</param>
/// <param name="Live">Null for one that is added. What is not an id, a number, a time or a word of a closed list is masked.</param>
/// <param name="Rebuilt">Null for one that is removed.</param>
/// <param name="EventCount">Events that touch the row; null when they were not looked for.</param>
/// <param name="Events">The last of them.</param>
public sealed record RowDifference(
    int Number, string Table, string Difference, JsonElement Key, JsonElement? Live, JsonElement? Rebuilt, long? EventCount, IReadOnlyList<TouchingEvent> Events);

/// <summary>An event that touches a row, without its content.</summary>
public sealed record TouchingEvent(long Position, Guid StreamId, long Version, string Type, DateTimeOffset Time);

/// <summary>
/// Finds the first rows that differ between the live and the new tables of a rebuild, in a snapshot in which both stand at
/// one position, and the events that made the first of them, by reading the log once more.
/// </summary>
internal sealed class RowDifferences(LogDatabase database, ReadModel model, Guid rebuild, RebuildOptions options)
{
    private const int EventsKeptMax = 10;

    private readonly List<Found> found = [];

    private sealed record Found(string Table, string Difference, string Key, string ShownKey, string? Live, string? Rebuilt)
    {
        public long? EventCount { get; set; }

        public Queue<TouchingEvent> Events { get; } = new();
    }

    /// <param name="snapshot">In the transaction of the comparison.</param>
    public async Task Collect(NpgsqlConnection snapshot, CancellationToken ct)
    {
        string salt = RandomNumberGenerator.GetHexString(32);
        foreach (ITable table in model.Tables)
        {
            IReadOnlyList<ComparedColumn> columns = await ComparedColumn.Of(
                snapshot, $"{database.ReadSchema}.{table.Name}", $"{database.ShadowSchema}.{table.Name}", ct).ConfigureAwait(false);
            ComparedColumn[] keys = [.. columns.Where(column => column.IsKey)];
            if (keys.Length > 0)
            {
                found.AddRange(await First(snapshot, table.Name, columns, keys, salt, ct).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Seeks the events of the first rows of each table.</summary>
    /// <param name="position">Up to which the tables were folded.</param>
    public async Task Trace(NpgsqlConnection connection, long position, CancellationToken ct)
    {
        List<(ITableRows Rows, Dictionary<int, Found> ByNumber)> traced = [];
        foreach (ITable table in model.Tables)
        {
            Found[] first = [.. found.Where(row => row.Table == table.Name).Take(options.DifferencesTracedMax)];
            if (first.Length > 0)
            {
                traced.Add(await Name(connection, table, first, ct).ConfigureAwait(false));
            }
        }

        if (traced.Count == 0)
        {
            return;
        }

        await using var scan = new LogScan(database, options.PageEvents);
        await foreach (ScannedPage page in scan.Pages(0, position, ct).ConfigureAwait(false))
        {
            foreach (LogEntry entry in page.Events)
            {
                foreach ((ITableRows rows, Dictionary<int, Found> byNumber) in traced)
                {
                    Touch(entry, rows, byNumber);
                }
            }
        }
    }

    /// <summary>Keeps them with the rebuild, in the place of what an earlier comparison found.</summary>
    public async Task Keep(NpgsqlConnection connection, CancellationToken ct)
    {
        string table = $"{database.LogSchema}.wya_rebuild_differences";
        await connection.Execute($"delete from {table} where rebuild_id = $1", ct, Sql.Value(rebuild)).ConfigureAwait(false);
        await connection.Execute(
            $"""
            insert into {table} (rebuild_id, number, table_name, difference, key, live, rebuilt, event_count, events)
            select $1, d.* from unnest($2::int[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::jsonb[], $8::bigint[], $9::jsonb[]) d
            """,
            ct,
            Sql.Value(rebuild),
            Sql.Value(found.Select((_, at) => at + 1).ToArray()),
            Sql.Value(found.Select(row => row.Table).ToArray()),
            Sql.Value(found.Select(row => row.Difference).ToArray()),
            Json(found.Select(row => row.ShownKey)),
            Json(found.Select(row => row.Live)),
            Json(found.Select(row => row.Rebuilt)),
            new NpgsqlParameter<long?[]> { TypedValue = [.. found.Select(row => row.EventCount)] },
            Json(found.Select(row => JsonSerializer.Serialize(row.Events, EventJson.Options)))).ConfigureAwait(false);
    }

    /// <summary>
    /// Of jobs that have ended: their rows hold ids in the clear, also of people who have been erased since, so they stay no
    /// longer than replaced tables do.
    /// </summary>
    public static Task<int> Drop(NpgsqlConnection connection, LogDatabase database, IReadOnlyCollection<string> models, DateTimeOffset endedBefore, CancellationToken ct) =>
        connection.Execute(
            $"""
            delete from {database.LogSchema}.wya_rebuild_differences d using {database.LogSchema}.wya_rebuilds r
             where r.id = d.rebuild_id and r.projection = any($1) and r.state not in ('running', 'paused') and r.finished_at <= $2
            """,
            ct, Sql.Value(models.ToArray()), Sql.Value(endedBefore.UtcDateTime));

    private async Task<List<Found>> First(
        NpgsqlConnection snapshot, string table, IReadOnlyList<ComparedColumn> columns, ComparedColumn[] keys, string salt, CancellationToken ct)
    {
        string Key(string row) => $"jsonb_build_object({string.Join(", ", keys.Select(key => $"'{key.Name}', to_jsonb({row}.{Sql.Quoted(key.Name)})"))})";
        return await snapshot.Query(
            $"""
            select case when f."in folded" is null then 'removed' when l."in live" is null then 'added' else 'changed' end,
                   case when l."in live" then {Key("l")} else {Key("f")} end::text,
                   case when l."in live" then {ComparedColumn.Masked(keys, "l", "$1")} else {ComparedColumn.Masked(keys, "f", "$1")} end::text,
                   case when l."in live" then {ComparedColumn.Masked(columns, "l", "$1")} end::text,
                   case when f."in folded" then {ComparedColumn.Masked(columns, "f", "$1")} end::text
              {TableComparison.DifferingSql(columns, database.ReadSchema, database.ShadowSchema, table)}
             where l."in live" is null or f."in folded" is null or {TableComparison.Unequal(columns)}
             order by {string.Join(", ", keys.Select(key => $"coalesce(l.{Sql.Quoted(key.Name)}, f.{Sql.Quoted(key.Name)})"))} limit {options.DifferencesKeptMax}
            """,
            row => new Found(table, row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)),
            ct,
            Sql.Value(salt)).ConfigureAwait(false);
    }

    /// <summary>The typed keys of the rows, from the table that has each.</summary>
    private async Task<(ITableRows Rows, Dictionary<int, Found> ByNumber)> Name(NpgsqlConnection connection, ITable table, Found[] first, CancellationToken ct)
    {
        ITableRows rows = table.NewRows();
        Dictionary<int, Found> byNumber = [];
        foreach ((string schema, Found[] here) in new[]
        {
            (database.ReadSchema, first.Where(row => row.Live is not null).ToArray()),
            (database.ShadowSchema, first.Where(row => row.Live is null).ToArray()),
        })
        {
            IReadOnlyList<int?> numbers = await rows.AddStored(connection, schema, $"[{string.Join(',', here.Select(row => row.Key))}]", ct).ConfigureAwait(false);
            for (int at = 0; at < here.Length; at++)
            {
                if (numbers[at] is { } number)
                {
                    byNumber[number] = here[at];
                    here[at].EventCount = 0;
                }
            }
        }

        return (rows, byNumber);
    }

    private static void Touch(in LogEntry entry, ITableRows rows, Dictionary<int, Found> byNumber)
    {
        if (entry.Recorded is not { } recorded)
        {
            return;
        }

        IReadOnlyList<int> numbers;
        try
        {
            numbers = rows.TouchedBy(recorded);
        }
        catch (Exception)
        {
            return; // the fold passed over it too, or there would be no new tables
        }

        foreach (int number in numbers)
        {
            if (byNumber.TryGetValue(number, out Found? row))
            {
                row.EventCount++;
                row.Events.Enqueue(new TouchingEvent(recorded.Position, recorded.StreamId, recorded.Version, recorded.Type, recorded.Time));
                if (row.Events.Count > EventsKeptMax)
                {
                    row.Events.Dequeue();
                }
            }
        }
    }

    private static NpgsqlParameter<string?[]> Json(IEnumerable<string?> values) =>
        new() { TypedValue = [.. values], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
}
