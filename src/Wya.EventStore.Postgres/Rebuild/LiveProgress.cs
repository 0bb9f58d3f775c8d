using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What a swap changes about an asynchronous read model besides its tables, in the swap's transaction.</summary>
internal static class LiveProgress
{
    /// <param name="swapped">The job whose swap it is; what the replaced tables stand without is recorded under it.</param>
    /// <param name="position">Of the new tables; the live position, or beyond it if the live tables were never filled.</param>
    /// <param name="passed">The parked streams that the new tables stand without, like those that they replace.</param>
    public static async Task AfterSwap(
        LiveHold hold, LogDatabase database, ReadModel model, Guid swapped, long position, Guid[] passed, CancellationToken ct)
    {
        string log = database.LogSchema;
        NpgsqlConnection connection = hold.Connection;

        // Whoever leads has rows of the replaced tables in memory: a new epoch makes it forget them.
        await connection.Execute(
            $"update {log}.wya_projections set epoch = epoch + 1, updated_at = now() where name = $1", ct, Sql.Value(model.Name)).ConfigureAwait(false);

        await connection.Execute($"delete from {log}.wya_rebuild_passed where rebuild_id = $1", ct, Sql.Value(swapped)).ConfigureAwait(false);
        await connection.Execute(
            $"""
            insert into {log}.wya_rebuild_passed (rebuild_id, stream_id, seq_id)
            select $1, stream_id, first_seq_id from {log}.wya_parked_streams where projection = $2
            """,
            ct, Sql.Value(swapped), Sql.Value(model.Name)).ConfigureAwait(false);

        // The new tables hold what the other parked streams were waiting for.
        await connection.Execute(
            $"delete from {log}.wya_parked_streams where projection = $1 and stream_id <> all($2)", ct, Sql.Value(model.Name), Sql.Value(passed)).ConfigureAwait(false);

        if (position > hold.Positions[model])
        {
            await connection.Execute(
                $"update {log}.mt_event_progression set last_seq_id = $2, last_updated = now() where name = $1",
                ct, Sql.Value(model.ProgressionName), Sql.Value(position)).ConfigureAwait(false);
            await connection.Execute(
                $"""
                insert into {log}.wya_parked_events (projection, stream_id, seq_id)
                select $1, stream_id, seq_id from {log}.mt_events
                 where stream_id = any($2) and seq_id > $3 and seq_id <= $4 and not is_archived
                on conflict do nothing
                """,
                ct, Sql.Value(model.Name), Sql.Value(passed), Sql.Value(hold.Positions[model]), Sql.Value(position)).ConfigureAwait(false);
        }
    }
}
