using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>One statement on a connection, in whatever transaction is open there.</summary>
internal static class Sql
{
    public static async Task<int> Execute(this NpgsqlConnection connection, string sql, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    public static async Task<List<TRow>> Query<TRow>(
        this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, TRow> read, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<TRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public static NpgsqlParameter Value<T>(T value) => new NpgsqlParameter<T> { TypedValue = value };

    /// <summary>As it is serialized everywhere.</summary>
    public static NpgsqlParameter Json<T>(T value) =>
        new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(value, EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb };

    public static string Quoted(string name) => '"' + name.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
