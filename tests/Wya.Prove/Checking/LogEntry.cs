using System.Globalization;
using Npgsql;

namespace Wya.Prove.Checking;

/// <summary>An event as the table holds it, read without the engine.</summary>
/// <param name="Mark">0 when the payload has none: then only the id says which event it is.</param>
internal readonly record struct LogEntry(long Position, Guid Id, Guid StreamId, long Version, long Mark, int Amount)
{
    /// <param name="table">Schema and name: <c>log.mt_events</c>.</param>
    public static async Task<IReadOnlyList<LogEntry>> ReadAll(string connectionString, string table, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select seq_id, id, stream_id, version, coalesce((data->>'mark')::bigint, 0), coalesce((data->>'amount')::int, 0) from {table} order by seq_id",
            connection)
        { CommandTimeout = 600 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        List<LogEntry> entries = [];
        while (await reader.ReadAsync(ct))
        {
            entries.Add(new LogEntry(
                reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt32(5)));
        }

        return entries;
    }

    /// <summary>What a read model must hold once it has seen all of the entries.</summary>
    public static Dictionary<Guid, TallyRow> Fold(IEnumerable<LogEntry> entries)
    {
        Dictionary<Guid, TallyRow> rows = [];
        foreach (LogEntry entry in entries)
        {
            rows[entry.StreamId] = (rows.GetValueOrDefault(entry.StreamId) ?? TallyRow.Empty(entry.StreamId))
                .With(entry.Mark, entry.Amount, entry.Version);
        }

        return rows;
    }

    /// <summary>Streams whose row in the table is not what the fold says.</summary>
    public static async Task<int> Differences(string connectionString, string table, Dictionary<Guid, TallyRow> fold, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            string.Create(CultureInfo.InvariantCulture, $"select stream_id, events, total, version, digest from {table}"), connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        int equal = 0, rows = 0;
        while (await reader.ReadAsync(ct))
        {
            rows++;
            var row = new TallyRow(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4));
            equal += fold.TryGetValue(row.StreamId, out TallyRow? expected) && row == expected ? 1 : 0;
        }

        return Math.Max(rows, fold.Count) - equal;
    }
}
