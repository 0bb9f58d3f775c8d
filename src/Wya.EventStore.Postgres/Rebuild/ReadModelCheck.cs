using System.Data;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Whether a live read model is what the log says: folds the whole log into temporary tables of one session, meets the
/// live tables at equal position, and compares both in one snapshot. Changes nothing; live work goes on.
/// </summary>
public static class ReadModelCheck
{
    /// <exception cref="InvalidDataException">The log has a hole, or holds an event that cannot be folded and is not parked.</exception>
    public static async Task<ReadModelDifference> Compare(
        LogDatabase database, ReadModel model, TimeProvider clock, RebuildOptions? options = null, CancellationToken ct = default)
    {
        while (true)
        {
            try
            {
                return await Once(database, model, clock, options ?? new RebuildOptions(), ct).ConfigureAwait(false);
            }
            catch (RebuildOutdatedException)
            {
                // An event was discarded that had been folded here: begin again without it.
            }
            catch (RebuildFailedException failure)
            {
                throw new InvalidDataException(failure.Message, failure);
            }
        }
    }

    private static async Task<ReadModelDifference> Once(
        LogDatabase database, ReadModel model, TimeProvider clock, RebuildOptions options, CancellationToken ct)
    {
        const string Temporary = "pg_temp";
        await using NpgsqlConnection connection = await RebuildConnection.Open(database, ct).ConfigureAwait(false);
        DateTimeOffset since = clock.GetUtcNow();
        foreach (ITable table in model.Tables)
        {
            await connection.Execute(table.CreateSql(Temporary), ct).ConfigureAwait(false);
        }

        var passed = new PassedStreams(database, model, recordedUnder: null);
        var replay = new TableReplay(model, Temporary, connection, passed, options.RowsCachedMax, 0, _ => []);
        await using var filling = new TableFilling(database, model, options, clock, connection, passed, replay, since);
        await filling.CatchUp([], ct).ConfigureAwait(false);
        foreach (ITable table in model.Tables)
        {
            await connection.Execute($"analyze {Temporary}.{table.Name}", ct).ConfigureAwait(false);
        }

        NpgsqlTransaction snapshot;
        long position;
        await using (LiveHold hold = await filling.MeetLive(ct).ConfigureAwait(false))
        {
            position = hold.Positions[model];
            snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct).ConfigureAwait(false);
            await connection.Query($"select position from {database.LogSchema}.wya_log_head", row => row.GetInt64(0), ct).ConfigureAwait(false);
        }

        await using (snapshot.ConfigureAwait(false))
        {
            return position < filling.Position
                ? throw new InvalidDataException($"{model.Name} has never been filled: there is nothing to compare.")
                : await TableComparison.Compare(connection, model, database.ReadSchema, Temporary, position, ct).ConfigureAwait(false);
        }
    }
}
