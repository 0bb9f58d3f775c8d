using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Testing;

/// <summary>A keys database of its own for one test, and a key ring for it; dropped when disposed.</summary>
public sealed class TestKeys : IAsyncDisposable
{
    private readonly string name;
    private readonly string admin;

    private TestKeys(string name, string admin, string ownerConnectionString, string connectionString)
    {
        this.name = name;
        this.admin = admin;
        OwnerConnectionString = ownerConnectionString;
        ConnectionString = connectionString;
        RingFile = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.keys.json");
        Ring = KeyRing.Create();
        Ring.WriteFile(RingFile);
        Subjects = Open();
    }

    public string OwnerConnectionString { get; }

    /// <summary>As the application role.</summary>
    public string ConnectionString { get; }

    public KeyRing Ring { get; }

    public string RingFile { get; }

    public SubjectKeys Subjects { get; }

    public LogKeys ForLogs => new(Subjects, Ring.ClaimPepper);

    public static async Task<TestKeys> Create()
    {
        string admin = new NpgsqlConnectionStringBuilder(TestPostgres.AdminConnectionString
            ?? throw new InvalidOperationException($"Set {TestPostgres.Variable}, or run ./dev test."))
        { CommandTimeout = 180 }.ConnectionString;
        string name = $"test_keys_{Guid.CreateVersion7():n}";
        await DatabaseServer.Ensure(admin, name, "test_keys", "test-only");
        var owner = new NpgsqlConnectionStringBuilder(admin) { Database = name, Pooling = false };
        await KeysSchema.Migrate(owner.ConnectionString, "test_keys");
        var application = new NpgsqlConnectionStringBuilder(admin) { Database = name, Username = "test_keys", Password = "test-only" };
        return new TestKeys(name, admin, owner.ConnectionString, application.ConnectionString);
    }

    /// <summary>As another process would hold them: with its own memory of what it fetched.</summary>
    public SubjectKeys Open() => new(ConnectionString, Ring, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        await Subjects.DisposeAsync();
        File.Delete(RingFile);
        await using var connection = new NpgsqlConnection(admin);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"drop database if exists {name} with (force)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
