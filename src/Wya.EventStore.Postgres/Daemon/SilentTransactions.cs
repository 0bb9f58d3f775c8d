using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// A process that is frozen, or parted from the server, in the middle of a transaction keeps the locks that it has: the server
/// waits for its next word, for hours if need be. Whoever is held up by it ends it, once it has been silent for long enough.
/// What is at work is left alone, however long it takes, and so is what waits for anything but its client.
/// </summary>
internal static class SilentTransactions
{
    /// <summary>An open transaction whose client the server waits for, silent for <c>$1</c> seconds; <c>a</c> is of pg_stat_activity.</summary>
    public const string IsSilentSql =
        "a.xact_start is not null and a.wait_event = 'ClientRead' and a.state_change < clock_timestamp() - make_interval(secs => $1)";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private const string EndSql =
        $"""
        select pg_terminate_backend(a.pid) from unnest(pg_blocking_pids($2)) b(pid) join pg_stat_activity a on a.pid = b.pid
        where a.usename = current_user and {IsSilentSql}
        """;

    /// <summary>Waits for work that may be waiting for a lock, and ends what holds it if nobody is there any more who would.</summary>
    /// <param name="session">The server's process that does the work.</param>
    public static async Task<T> Outlast<T>(LogDatabase database, int session, Task<T> work, TimeSpan silentAfter, CancellationToken ct)
    {
        while (await Task.WhenAny(work, Task.Delay(LookEvery, ct)).ConfigureAwait(false) != work && !ct.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlCommand end = database.DataSource.CreateCommand(EndSql);
                end.Parameters.Add(new NpgsqlParameter<double> { TypedValue = silentAfter.TotalSeconds });
                end.Parameters.Add(new NpgsqlParameter<int> { TypedValue = session });
                await end.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            }
            catch (Exception away) when (Faults.IsAway(away))
            {
                // The work itself will say so.
            }
        }

        return await work.ConfigureAwait(false);
    }
}
