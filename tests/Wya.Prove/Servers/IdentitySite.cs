using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Prove.Crash;

namespace Wya.Prove.Servers;

/// <summary>Identity's database beside those of the other domains, the keys of its people, and the system's own program over them, as often as it is started.</summary>
internal sealed class IdentitySite : IAsyncDisposable
{
    private readonly string adminConnectionString;
    private readonly string signingKeyFile;
    private readonly DomainDatabases databases;
    private readonly List<ApiProcess> processes = [];

    private IdentitySite(string adminConnectionString, string folder, DomainDatabases databases, ProofKeys keys)
    {
        this.adminConnectionString = adminConnectionString;
        signingKeyFile = Path.Combine(folder, "signing.pem");
        this.databases = databases;
        Keys = keys;
        Subjects = keys.Open();
    }

    public ProofDatabase Database => databases.Identity;

    public ProofKeys Keys { get; }

    /// <summary>The keys as this process holds them.</summary>
    public SubjectKeys Subjects { get; }

    public static async Task<IdentitySite> Open(ProofEnvironment environment, string proof, CancellationToken ct)
    {
        PostgresInstance? own = environment.AdminConnectionString is null ? await PostgresInstance.Create(environment, $"{proof}-server", ct: ct) : null;
        string admin = environment.AdminConnectionString ?? own!.AdminConnectionString;
        DomainDatabases databases = await DomainDatabases.Create(proof, _ => admin, own, ct);
        string folder = environment.Folder(proof);
        return new IdentitySite(admin, folder, databases, await ProofKeys.Create(admin, folder, ct));
    }

    public LogDatabase OpenLog() => new(
        IdentityDomain.Definition.Name, Database.ConnectionString, IdentityDomain.Definition.Types, keys: new LogKeys(Subjects, Keys.Ring.ClaimPepper));

    /// <summary>One more process; not started yet.</summary>
    public ApiProcess Process(string role)
    {
        var process = new ApiProcess(role, databases.ConnectionStrings, Keys, signingKeyFile);
        processes.Add(process);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ApiProcess process in processes)
        {
            await process.DisposeAsync();
        }

        await Subjects.DisposeAsync();
        await using (var connection = new NpgsqlConnection(adminConnectionString))
        {
            await connection.OpenAsync();
            string name = new NpgsqlConnectionStringBuilder(Keys.ConnectionString).Database!;
            await using var drop = new NpgsqlCommand($"drop database if exists {name} with (force)", connection);
            await drop.ExecuteNonQueryAsync();
        }

        await databases.DisposeAsync();
    }
}
