using Npgsql;
using Wya.Testing;

namespace Wya.Api.Tests;

/// <summary>Every row of every table of a database, as text: what somebody who stole it would search.</summary>
public static class DatabaseText
{
    public static async Task<string> Of(TestDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync();
        List<string> tables = [];
        await using (var list = new NpgsqlCommand(
            "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')", connection))
        await using (NpgsqlDataReader reader = await list.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                tables.Add(reader.GetString(0));
            }
        }

        List<string> texts = [];
        foreach (string table in tables)
        {
            await using var all = new NpgsqlCommand($"select coalesce(string_agg(t::text, E'\\n'), '') from {table} t", connection);
            texts.Add((string)(await all.ExecuteScalarAsync())!);
        }

        return string.Join('\n', texts);
    }
}
