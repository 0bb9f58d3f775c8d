using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Prove.Servers;

/// <summary>A database of a proof's own, with a log and the proof's read models; dropped at the end.</summary>
internal sealed class ProofDatabase : IAsyncDisposable
{
    private readonly string adminConnectionString;
    private readonly PostgresInstance? ownServer;

    private ProofDatabase(string name, string adminConnectionString, string role, string password, PostgresInstance? ownServer)
    {
        this.adminConnectionString = adminConnectionString;
        this.ownServer = ownServer;
        Name = name;
        OwnerConnectionString = new NpgsqlConnectionStringBuilder(adminConnectionString) { Database = name, Pooling = false }.ConnectionString;
        ConnectionString = new NpgsqlConnectionStringBuilder(adminConnectionString)
        {
            Database = name, Username = role, Password = password, Pooling = true, MaxPoolSize = 20, Timeout = 5,
        }.ConnectionString;
    }

    public string Name { get; }

    /// <summary>As the server's administrator.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>As the application's role.</summary>
    public string ConnectionString { get; }

    /// <summary>On the server that the environment names, or on one of its own.</summary>
    public static async Task<ProofDatabase> Create(ProofEnvironment environment, string proof, IReadOnlyList<ReadModel> readModels, CancellationToken ct)
    {
        PostgresInstance? own = environment.AdminConnectionString is null ? await PostgresInstance.Create(environment, $"{proof}-server", ct: ct) : null;
        return await Create(environment.AdminConnectionString ?? own!.AdminConnectionString, proof, readModels, own, ct);
    }

    /// <param name="ownServer">Stopped with the database, when it is there for it alone.</param>
    public static async Task<ProofDatabase> Create(
        string adminConnectionString, string proof, IReadOnlyList<ReadModel> readModels, PostgresInstance? ownServer, CancellationToken ct, string prepareSql = "", bool isChained = false)
    {
        string name = $"prove_{proof}_{Guid.CreateVersion7():n}", role = $"prove_{proof}", password = $"{Guid.NewGuid():n}";
        await DatabaseServer.Ensure(adminConnectionString, name, role, password, ct);
        var database = new ProofDatabase(name, adminConnectionString, role, password, ownServer);
        await LogSchema.Migrate(database.OwnerConnectionString, role, readModels, prepareSql, isChained: isChained, ct: ct);
        return database;
    }

    public LogDatabase Open() => Open(ConnectionString, Tally.Types);

    public static LogDatabase Open(string connectionString, EventTypeMap types) => new("prove", connectionString, types);

    public async Task Execute(string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(ct);
    }

    public Task<long> Count(string table, CancellationToken ct) => Scalar($"select count(*) from {table}", ct);

    /// <summary>Waits until the daemon has brought the read model to the position.</summary>
    public async Task UntilFollowed(ReadModel model, long position, int limitSeconds, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select coalesce(max(last_seq_id), 0) from log.mt_event_progression where name = '{model.ProgressionName}'", connection);
        await Wait.Until(
            async () => (long)(await command.ExecuteScalarAsync(ct))! >= position, $"{model.Name} at position {position}", limitSeconds, ct);
    }

    public async Task<long> Scalar(string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync(ct))!;
    }

    public async ValueTask DisposeAsync()
    {
        if (ownServer is not null)
        {
            await ownServer.DisposeAsync();
            return;
        }

        await using var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"drop database if exists {Name} with (force)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
