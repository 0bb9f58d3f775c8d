using System.Globalization;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Holds live read models still at their positions, for milliseconds, by the very rows that their writers lock: the log's
/// head for those that are written by the append, its position for one that the daemon writes. Writers wait, readers do
/// not. A server-side limit on the transaction's idle time ends it if this process freezes.
/// </summary>
internal sealed class LiveHold : IAsyncDisposable
{
    private readonly NpgsqlTransaction transaction;

    private LiveHold(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyDictionary<ReadModel, long> positions)
    {
        Connection = connection;
        this.transaction = transaction;
        Positions = positions;
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>Of the live tables, for as long as this is held.</summary>
    public IReadOnlyDictionary<ReadModel, long> Positions { get; }

    /// <summary>Null when a lock was not had in time.</summary>
    public static async Task<LiveHold?> Try(LogDatabase database, IReadOnlyList<ReadModel> models, RebuildOptions options, CancellationToken ct)
    {
        NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        NpgsqlTransaction? transaction = null;
        try
        {
            transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
            await connection.Execute(
                $"set local lock_timeout = {Milliseconds(options.LockTimeout)}; set local idle_in_transaction_session_timeout = {Milliseconds(options.HoldMax)}",
                ct).ConfigureAwait(false);
            return new LiveHold(connection, transaction, await Lock(connection, database, models, ct).ConfigureAwait(false));
        }
        catch (PostgresException notHad) when (notHad.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            await transaction!.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync().ConfigureAwait(false);
            }

            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Where tables that are being filled have to get to: to the live ones, or to the head if those were never filled.</summary>
    public static async Task<long> Target(NpgsqlConnection connection, LogDatabase database, ReadModel model, CancellationToken ct)
    {
        string log = database.LogSchema;
        return model.Inline
            ? (await connection.Query($"select position from {log}.wya_log_head", row => row.GetInt64(0), ct).ConfigureAwait(false))[0]
            : (await connection.Query(
                $"select coalesce(nullif(p.last_seq_id, 0), h.position) from {log}.wya_log_head h left join {log}.mt_event_progression p on p.name = $1",
                row => row.GetInt64(0), ct, Sql.Value(model.ProgressionName)).ConfigureAwait(false))[0];
    }

    /// <summary>Keeps what was done on its connection. Never cancelled: the outcome would be unknown.</summary>
    public Task Commit() => transaction.CommitAsync(CancellationToken.None);

    /// <summary>Lets go; what was not committed is undone.</summary>
    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Always in one order, so that two sets cannot wait for each other: the head, then by name.</summary>
    private static async Task<Dictionary<ReadModel, long>> Lock(
        NpgsqlConnection connection, LogDatabase database, IReadOnlyList<ReadModel> models, CancellationToken ct)
    {
        Dictionary<ReadModel, long> positions = [];
        if (models.Any(model => model.Inline))
        {
            long head = (await connection.Query(
                $"select position from {database.LogSchema}.wya_log_head for update", row => row.GetInt64(0), ct).ConfigureAwait(false))[0];
            foreach (ReadModel model in models.Where(model => model.Inline))
            {
                positions[model] = head;
            }
        }

        foreach (ReadModel model in models.Where(model => !model.Inline).OrderBy(model => model.Name, StringComparer.Ordinal))
        {
            positions[model] = await LockFollowed(connection, database.LogSchema, model, ct).ConfigureAwait(false);
        }

        return positions;
    }

    private static async Task<long> LockFollowed(NpgsqlConnection connection, string log, ReadModel model, CancellationToken ct)
    {
        // In the order of the daemon: who may move the position, then the position. Rows that do not exist yet are made,
        // so that a daemon that is about to begin waits too.
        await connection.Execute($"insert into {log}.wya_projections (name) values ($1) on conflict do nothing", ct, Sql.Value(model.Name)).ConfigureAwait(false);
        await connection.Execute($"select from {log}.wya_projections where name = $1 for update", ct, Sql.Value(model.Name)).ConfigureAwait(false);
        await connection.Execute(
            $"insert into {log}.mt_event_progression (name, last_seq_id) values ($1, 0) on conflict do nothing", ct, Sql.Value(model.ProgressionName)).ConfigureAwait(false);
        return (await connection.Query(
            $"select coalesce(last_seq_id, 0) from {log}.mt_event_progression where name = $1 for update",
            row => row.GetInt64(0), ct, Sql.Value(model.ProgressionName)).ConfigureAwait(false))[0];
    }

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
}
