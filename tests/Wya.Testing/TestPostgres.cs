using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Testing;

/// <summary>
/// A real PostgreSQL server for tests, proofs and benchmarks: the one that <c>WYA_POSTGRES</c> names, as a role that
/// may create databases and roles (<c>./dev test</c> starts one and sets it).
/// </summary>
public static class TestPostgres
{
    public const string Variable = "WYA_POSTGRES";

    public static string? AdminConnectionString => Environment.GetEnvironmentVariable(Variable);

    public static bool IsMissing => string.IsNullOrEmpty(AdminConnectionString);

    /// <summary>A missing server skips the test on a laptop, and fails it in CI.</summary>
    public static bool MaySkip => IsMissing && Environment.GetEnvironmentVariable("CI") is null or "";

    /// <summary>A new database of its own for one domain, migrated; dropped when disposed.</summary>
    public static async Task<TestDatabase> CreateDatabase(
        string domain, EventTypeMap types, IReadOnlyList<ReadModel>? readModels = null, string prepareSql = "", LogKeys? keys = null,
        bool isChained = false)
    {
        string admin = AdminConnectionString
            ?? throw new InvalidOperationException($"Set {Variable} to a PostgreSQL server's connection string, or run ./dev test.");
        string name = $"test_{domain}_{Guid.CreateVersion7():n}";
        string role = $"test_{domain}";
        // A busy machine may take long to write out a new database.
        admin = new NpgsqlConnectionStringBuilder(admin) { CommandTimeout = 180 }.ConnectionString;
        await MigratedTemplates.Copy(admin, name, role, readModels ?? [], prepareSql, isChained);
        var owner = new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = false };
        var application = new NpgsqlConnectionStringBuilder(admin) { Database = name, Username = role, Password = "test-only" };
        return new TestDatabase(name, admin, owner.ConnectionString, application.ConnectionString, domain, types, keys);
    }
}

/// <summary>One domain's database for one test.</summary>
public sealed class TestDatabase(
    string name, string adminConnectionString, string ownerConnectionString, string connectionString, string domain, EventTypeMap types, LogKeys? keys)
    : IAsyncDisposable
{
    private readonly NpgsqlDataSource questions = new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(ownerConnectionString) { Pooling = true, MaxPoolSize = 5, ConnectionIdleLifetime = 10, ConnectionPruningInterval = 5 }.ConnectionString).Build();

    /// <summary>As the owner, who may look behind what the application role may.</summary>
    public string OwnerConnectionString { get; } = ownerConnectionString;

    /// <summary>As the application role.</summary>
    public string ConnectionString { get; } = connectionString;

    public LogDatabase Log { get; } = new(domain, connectionString, types, keys: keys);

    /// <summary>A second process would have a pool and a writer of its own; so has each store opened here.</summary>
    public LogDatabase OpenAnother() => new(domain, ConnectionString, types, keys: keys);

    /// <summary>By a connection that is kept: conditions are asked for again and again, and a new one costs more than the question.</summary>
    public async Task<T> Scalar<T>(string sql) => (T)(await Ask(sql, command => command.ExecuteScalarAsync()))!;

    /// <inheritdoc cref="Scalar"/>
    public Task Execute(string sql) => Ask(sql, command => command.ExecuteNonQueryAsync());

    private async Task<T> Ask<T>(string sql, Func<NpgsqlCommand, Task<T>> ask)
    {
        try
        {
            return await Once();
        }
        catch (NpgsqlException lost) when (lost is not PostgresException or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown })
        {
            questions.Clear(); // the test has ended it, or the server
            return await Once();
        }

        async Task<T> Once()
        {
            await using NpgsqlCommand command = questions.CreateCommand(sql);
            return await ask(command);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        await questions.DisposeAsync();
        await using var connection = new NpgsqlConnection(adminConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"drop database if exists {name} with (force)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
