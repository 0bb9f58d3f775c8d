using System.Text.Json;
using Npgsql;

namespace Wya.EventStore.Postgres;

public sealed partial class Rebuilds
{
    /// <summary>The newest first.</summary>
    public Task<IReadOnlyList<RebuildJob>> List(int limit = 100, CancellationToken ct = default) =>
        Select("order by requested_at desc, id desc limit $1", ct, Sql.Value(limit));

    /// <summary>The newest job of a read model; null when there never was one.</summary>
    public async Task<RebuildJob?> Show(string projection, CancellationToken ct = default) =>
        await Select("where projection = $1 order by requested_at desc, id desc limit 1", ct, Sql.Value(projection)).ConfigureAwait(false) is [var job] ? job : null;

    public async Task<RebuildJob?> Show(Guid id, CancellationToken ct = default) =>
        await Select("where id = $1", ct, Sql.Value(id)).ConfigureAwait(false) is [var job] ? job : null;

    /// <summary>The first rows that differed at the last comparison of a rebuild, with the events that made them.</summary>
    /// <param name="after">The number of the last one of the page before.</param>
    public async Task<IReadOnlyList<RowDifference>> Differences(Guid id, long after = 0, int limit = 50, CancellationToken ct = default)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        return await connection.Query(
            $"""
            select number, table_name, difference, key::text, live::text, rebuilt::text, event_count, events::text
              from {database.LogSchema}.wya_rebuild_differences where rebuild_id = $1 and number > $2 order by number limit $3
            """,
            row => new RowDifference(
                row.GetInt32(0), row.GetString(1), row.GetString(2), JsonElement.Parse(row.GetString(3)), Json(row, 4), Json(row, 5),
                row.IsDBNull(6) ? null : row.GetInt64(6),
                row.IsDBNull(7) ? [] : JsonSerializer.Deserialize<IReadOnlyList<TouchingEvent>>(row.GetString(7), EventJson.Options)!),
            ct, Sql.Value(id), Sql.Value(after), Sql.Value(limit)).ConfigureAwait(false);

        static JsonElement? Json(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : JsonElement.Parse(row.GetString(column));
    }

    private async Task<IReadOnlyList<RebuildJob>> Select(string which, CancellationToken ct, params NpgsqlParameter[] parameters)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        return await connection.Query($"select {RebuildJob.Columns} from {table} {which}", RebuildJob.Read, ct, parameters).ConfigureAwait(false);
    }
}
