using System.Data;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Who works on a read model's shadow and retired tables: a session advisory lock on a connection of its own, which the
/// server releases when the process dies. It only keeps two workers from doing the same work; what makes it safe is the
/// job's <c>run</c>, checked by every write.
/// </summary>
internal sealed class RebuildLock : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;

    private RebuildLock(NpgsqlConnection connection) => this.connection = connection;

    /// <summary>Null when another worker has it.</summary>
    public static async Task<RebuildLock?> Try(LogDatabase database, ReadModel model, CancellationToken ct)
    {
        NpgsqlConnection connection = await RebuildConnection.Open(database, ct).ConfigureAwait(false);
        try
        {
            List<bool> had = await connection.Query(
                "select pg_try_advisory_lock(hashtextextended($1, 0))", row => row.GetBoolean(0), ct, Sql.Value(Key(database, model))).ConfigureAwait(false);
            if (had[0])
            {
                return new RebuildLock(connection);
            }
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>The same lock until the end of the connection's transaction.</summary>
    public static async Task<bool> TryForTransaction(NpgsqlConnection connection, LogDatabase database, ReadModel model, CancellationToken ct) =>
        (await connection.Query(
            "select pg_try_advisory_xact_lock(hashtextextended($1, 0))", row => row.GetBoolean(0), ct, Sql.Value(Key(database, model))).ConfigureAwait(false))[0];

    /// <summary>Given up by word: the server notices the end of a session a moment late, and an operator would be refused meanwhile.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.Query("select pg_advisory_unlock_all()", _ => true, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception gone) when (Faults.IsTransient(gone) || connection.State != ConnectionState.Open)
        {
            // The session is over, and the lock with it.
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private static string Key(LogDatabase database, ReadModel model) => $"wya-rebuild/{database.LogSchema}/{model.Name}";
}

/// <summary>A connection that a rebuild keeps for itself: not from the pool, watched by keep-alives, with room to read pages.</summary>
internal static class RebuildConnection
{
    public static Task<NpgsqlConnection> Open(LogDatabase database, CancellationToken ct) => database.Hosts.OpenApart(
        settings =>
        {
            (settings.CommandTimeout, settings.KeepAlive, settings.Timeout, settings.ReadBufferSize) = (0, 10, 5, 64 * 1024);
            settings.TcpKeepAlive = true;
            settings.ApplicationName = $"wya-{database.Name}-rebuild";
        },
        ct: ct);
}
