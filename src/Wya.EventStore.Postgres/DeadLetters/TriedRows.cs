using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>A row that releasing a parked stream would change.</summary>
/// <param name="Difference"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Before">Null for one that is added. What is not an id, a number, a time or a word of a closed list is masked.</param>
/// <param name="After">Null for one that is removed.</param>
public sealed record TriedRow(string Table, string Difference, JsonElement Key, JsonElement? Before, JsonElement? After);

/// <summary>The rows of a read model that some events touch, as they are before these are tried and after it, in one transaction.</summary>
internal sealed class TriedRows
{
    private const int RowsMax = 1_000;

    private readonly List<(string Table, ITableRows Rows, string Key, string Row)> tables = [];
    private readonly string schema;
    private Dictionary<(string Table, string Key), string> before = [];

    private TriedRows(string schema) => this.schema = schema;

    /// <summary>Nothing, for a consumer that is no read model.</summary>
    public static async Task<TriedRows> Before(Consumer consumer, IReadOnlyList<LogEntry> entries, NpgsqlConnection connection, CancellationToken ct)
    {
        string schema = consumer.Target.ReadSchema, salt = $"'{RandomNumberGenerator.GetHexString(32)}'";
        var tried = new TriedRows(schema);
        foreach (ITable table in consumer.Model?.Tables ?? [])
        {
            ITableRows rows = table.NewRows();
            foreach (LogEntry entry in entries)
            {
                Touch(rows, entry);
            }

            IReadOnlyList<ComparedColumn> columns = await ComparedColumn.Of(connection, $"{schema}.{table.Name}", $"{schema}.{table.Name}", ct).ConfigureAwait(false);
            if (rows.Count is > 0 and <= RowsMax)
            {
                tried.tables.Add((table.Name, rows, ComparedColumn.Masked(columns.Where(column => column.IsKey), "t", salt), ComparedColumn.Masked(columns, "t", salt)));
            }
        }

        tried.before = await tried.Read(connection, ct).ConfigureAwait(false);
        return tried;
    }

    public async Task<IReadOnlyList<TriedRow>> After(NpgsqlConnection connection, CancellationToken ct)
    {
        Dictionary<(string Table, string Key), string> after = await Read(connection, ct).ConfigureAwait(false);
        return
        [
            .. from key in before.Keys.Union(after.Keys).Order()
               let was = before.GetValueOrDefault(key)
               let becomes = after.GetValueOrDefault(key)
               where was != becomes
               select new TriedRow(
                   key.Table, was is null ? "added" : becomes is null ? "removed" : "changed", JsonElement.Parse(key.Key), Json(was), Json(becomes)),
        ];

        static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
    }

    private static void Touch(ITableRows rows, in LogEntry entry)
    {
        try
        {
            if (entry.Recorded is { } recorded)
            {
                rows.AddTouchedBy(recorded);
            }
        }
        catch (Exception)
        {
            // It will fail when it is tried, too, and count there.
        }
    }

    private async Task<Dictionary<(string Table, string Key), string>> Read(NpgsqlConnection connection, CancellationToken ct)
    {
        Dictionary<(string, string), string> found = [];
        foreach ((string table, ITableRows rows, string key, string row) in tables)
        {
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { rows.Read(schema, $"{key}::text", $"{row}::text")! } };
            await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                found[(table, reader.GetString(0))] = reader.GetString(1);
            }
        }

        return found;
    }
}
