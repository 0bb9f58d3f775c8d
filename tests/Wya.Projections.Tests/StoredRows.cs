using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Testing;

namespace Wya.Projections.Tests;

internal static class StoredRows
{
    /// <summary>The rows of a table as they stand, as the owner sees them.</summary>
    public static async Task<List<TRow>> Rows<TKey, TRow>(this TestDatabase database, Table<TKey, TRow> table, string where = "true")
        where TKey : notnull
        where TRow : class
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"select {string.Join(", ", table.ColumnNames)} from public.{table.Name} where {where}", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<TRow> rows = [];
        while (await reader.ReadAsync())
        {
            rows.Add(table.Read(reader).Row);
        }

        return rows;
    }
}
