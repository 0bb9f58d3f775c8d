using System.Text.Json;
using System.Text.Json.Nodes;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>A row that two folds of the same log do not make alike.</summary>
/// <param name="Change">added, removed or changed.</param>
/// <param name="Row">Of a changed one, the columns that differ, each with both values; else the whole row.</param>
internal sealed record ComparedRow(string Table, string Change, JsonObject Key, JsonObject Row);

/// <summary>Compares two folds row by row, by key. The memory is that of one table of the first.</summary>
internal static class ComparedRows
{
    public static async IAsyncEnumerable<ComparedRow> Of(
        ReadModelAsOf now, ReadModelAsOf then, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (ITable table in then.Model.Tables)
        {
            ITable? before = now.Model.Tables.FirstOrDefault(one => one.Name == table.Name);
            IReadOnlyList<string> key = await then.KeyColumns(table, ct).ConfigureAwait(false);
            Dictionary<string, JsonObject> rows = [];
            if (before is not null)
            {
                await foreach (JsonElement row in now.Rows(before, ct: ct).ConfigureAwait(false))
                {
                    JsonObject one = JsonObject.Create(row)!;
                    rows[Part(one, key).ToJsonString()] = one;
                }
            }

            await foreach (JsonElement row in then.Rows(table, ct: ct).ConfigureAwait(false))
            {
                JsonObject one = JsonObject.Create(row)!, its = Part(one, key);
                if (!rows.Remove(its.ToJsonString(), out JsonObject? was))
                {
                    yield return new ComparedRow(table.Name, "added", its, one);
                }
                else if (!JsonNode.DeepEquals(was, one))
                {
                    yield return new ComparedRow(table.Name, "changed", its, Differing(was, one));
                }
            }

            foreach (JsonObject gone in rows.Values)
            {
                yield return new ComparedRow(table.Name, "removed", Part(gone, key), gone);
            }
        }
    }

    private static JsonObject Part(JsonObject row, IReadOnlyList<string> columns) =>
        new(columns.Select(column => KeyValuePair.Create(column, row[column]?.DeepClone())));

    private static JsonObject Differing(JsonObject was, JsonObject now) => new(
        was.Select(column => column.Key).Union(now.Select(column => column.Key)).Where(column => !JsonNode.DeepEquals(was[column], now[column]))
            .Select(column => KeyValuePair.Create(
                column, (JsonNode?)new JsonObject { ["now"] = was[column]?.DeepClone(), ["then"] = now[column]?.DeepClone() })));
}
