using Npgsql;
using Wya.Prove.Servers;

namespace Wya.Prove.Storm;

/// <summary>
/// What goes wrong around the writers while they work: the server ends their connections and those of their readers, and
/// a stranger's transaction holds the head of the log for a while and rolls back.
/// </summary>
internal sealed class Disturbance : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task[] running;

    public Disturbance(ProofDatabase database, int seed)
    {
        running =
        [
            Task.Run(() => EndConnections(database.OwnerConnectionString, new Random(seed))),
            Task.Run(() => HoldHead(database.OwnerConnectionString, new Random(seed + 1))),
        ];
    }

    public int ConnectionsEnded { get; private set; }

    public int Holds { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
        stop.Dispose();
    }

    private async Task EndConnections(string connectionString, Random random)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();

        // A writer's connection every other time, and those in the midst of something first.
        await using var end = new NpgsqlCommand(
            """
            select count(pg_terminate_backend(pid)) from (
                select pid from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and application_name like $1
                order by state = 'idle', random() limit 1) victims
            """,
            connection)
        { Parameters = { new NpgsqlParameter<string>() } };
        while (await Pause(random.Next(100, 400)))
        {
            ((NpgsqlParameter<string>)end.Parameters[0]).TypedValue = random.Next(2) == 0 ? "wya-%writer" : "wya-%";
            ConnectionsEnded += (int)(long)(await end.ExecuteScalarAsync())!;
        }
    }

    private async Task HoldHead(string connectionString, Random random)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        while (await Pause(random.Next(50, 300)))
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            await using var hold = new NpgsqlCommand("update log.wya_log_head set position = position + 7", connection, transaction);
            await hold.ExecuteNonQueryAsync();
            await Pause(random.Next(10));
            await transaction.RollbackAsync();
            Holds++;
        }
    }

    private async Task<bool> Pause(int milliseconds)
    {
        await Task.Delay(milliseconds, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        return !stop.IsCancellationRequested;
    }
}
