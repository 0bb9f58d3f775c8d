using System.Text.Json;

namespace Wya.Api.Operation;

/// <summary>A row that differs, by its columns.</summary>
/// <param name="Difference">added, removed or changed.</param>
/// <param name="Key">The columns of its key.</param>
/// <param name="Columns">All of them. What is not an id, a number, a time or a word of a closed list is masked: equal marks are equal values.</param>
public sealed record RowView(string Table, string Difference, IReadOnlyList<ColumnView> Key, IReadOnlyList<ColumnView> Columns)
{
    internal static RowView Example { get; } = new(
        "users", "changed", [new ColumnView("id", "0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11", null, false)],
        [new ColumnView("status", "suspended", "active", true), new ColumnView("handle", "masked 5f0c2a", "masked 5f0c2a", false)]);

    internal static RowView Of(string table, string difference, JsonElement key, JsonElement? before, JsonElement? after) => new(
        table,
        difference,
        [.. key.EnumerateObject().Select(column => new ColumnView(column.Name, Text(column.Value), null, false))],
        [
            .. (before ?? after)!.Value.EnumerateObject().Select(column =>
            {
                string? was = Text(before, column.Name), becomes = Text(after, column.Name);
                return new ColumnView(column.Name, was, becomes, was != becomes);
            }),
        ]);

    private static string? Text(JsonElement? row, string column) => row is { } values ? Text(values.GetProperty(column)) : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.ToString();
}

/// <param name="Live">As it is; of a key, its value. Left out when there is none.</param>
/// <param name="New">As it would be.</param>
public sealed record ColumnView(string Name, string? Live, string? New, bool Differs);
