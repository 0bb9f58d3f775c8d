using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The tables that a swap replaced: kept at the position of the swap for switching back, and dropped by an operator, by
/// the next swap, or after their time, because they may hold what the live tables have since erased.
/// </summary>
internal static class RetiredTables
{
    /// <summary>Drops them within the connection's transaction, unless a job may be using them.</summary>
    public static async Task<RebuildAnswer> Drop(
        NpgsqlConnection connection, LogDatabase database, ReadModel model, string? actor, DateTimeOffset? retiredBefore, CancellationToken ct)
    {
        string table = $"{database.LogSchema}.wya_rebuilds";
        NpgsqlParameter name = Sql.Value(model.Name);
        await connection.Execute("set local lock_timeout = '2s'", ct).ConfigureAwait(false);
        if (!await RebuildLock.TryForTransaction(connection, database, model, ct).ConfigureAwait(false)
            || (await connection.Query(
                $"select 1 from {table} where projection = $1 and state in ('running', 'paused')", _ => 1, ct, name).ConfigureAwait(false)).Count > 0)
        {
            return RebuildRefusals.RebuildUnderWay;
        }

        List<RebuildJob> kept = await connection.Query(
            $"""
            update {table} set retired_position = null, changed_by = coalesce($2, changed_by)
             where projection = $1 and retired_position is not null and finished_at <= $3
            returning {RebuildJob.Columns}
            """,
            RebuildJob.Read,
            ct,
            Sql.Value(model.Name),
            new NpgsqlParameter { Value = (object?)actor ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
            Sql.Value((retiredBefore ?? DateTimeOffset.MaxValue).UtcDateTime)).ConfigureAwait(false);
        if (kept.Count == 0)
        {
            return RebuildRefusals.NothingToDrop;
        }

        await RowDifferences.Drop(connection, database, [model.Name], retiredBefore ?? DateTimeOffset.MaxValue, ct).ConfigureAwait(false);
        await connection.Execute(ModelTables.DropSql(model, database.RetiredSchema), ct).ConfigureAwait(false);
        await connection.Execute(
            $"delete from {database.LogSchema}.wya_rebuild_passed where rebuild_id = $1", ct, Sql.Value(kept[0].Id)).ConfigureAwait(false);
        return kept[0];
    }
}
