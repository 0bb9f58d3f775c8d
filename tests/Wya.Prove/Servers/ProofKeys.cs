using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Prove.Servers;

/// <summary>A keys database on a server of a proof, and the key ring for it; both go with the server and the proof's folder.</summary>
internal sealed record ProofKeys(string ConnectionString, string OwnerConnectionString, KeyRing Ring, string RingFile)
{
    public static async Task<ProofKeys> Create(string adminConnectionString, string folder, CancellationToken ct)
    {
        // A role of this process's own: whoever proves beside it gives theirs another password.
        string name = $"prove_keys_{Guid.CreateVersion7():n}", role = $"prove_keys_{Environment.ProcessId}", password = $"{Guid.NewGuid():n}";
        await DatabaseServer.Ensure(adminConnectionString, name, role, password, ct);
        string owner = new NpgsqlConnectionStringBuilder(adminConnectionString) { Database = name, Pooling = false }.ConnectionString;
        await KeysSchema.Migrate(owner, role, ct);
        var ring = KeyRing.Create();
        string file = Path.Combine(folder, "keys.json");
        ring.WriteFile(file);
        string application = new NpgsqlConnectionStringBuilder(adminConnectionString)
        {
            Database = name, Username = role, Password = password, Pooling = true, MaxPoolSize = 10, Timeout = 5,
        }.ConnectionString;
        return new ProofKeys(application, owner, ring, file);
    }

    /// <summary>As a process of the proof's own holds them.</summary>
    public SubjectKeys Open() => new(ConnectionString, Ring, TimeProvider.System);
}
