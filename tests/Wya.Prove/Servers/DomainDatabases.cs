using Wya.Projections;
using Wya.Projections.Identity;

namespace Wya.Prove.Servers;

/// <summary>A database of a proof's own for every domain of the build: the system's program does not start without them.</summary>
internal sealed class DomainDatabases : IAsyncDisposable
{
    private readonly Dictionary<string, ProofDatabase> databases;
    private readonly PostgresInstance? ownServer;

    private DomainDatabases(Dictionary<string, ProofDatabase> databases, PostgresInstance? ownServer)
    {
        this.databases = databases;
        this.ownServer = ownServer;
    }

    public ProofDatabase Identity => this[IdentityDomain.Definition.Name];

    public ProofDatabase this[string domain] => databases[domain];

    /// <summary>As the program is given them, by domain.</summary>
    public IReadOnlyDictionary<string, string> ConnectionStrings =>
        databases.ToDictionary(one => one.Key, one => one.Value.ConnectionString, StringComparer.Ordinal);

    /// <param name="server">The administrator's connection to the server of each domain.</param>
    /// <param name="ownServer">Stopped with the databases, when it is there for them alone; otherwise they are dropped.</param>
    public static async Task<DomainDatabases> Create(
        string proof, Func<string, string> server, PostgresInstance? ownServer, CancellationToken ct, int messagingPartitions = 1)
    {
        Dictionary<string, ProofDatabase> databases = [];
        foreach (DomainDefinition domain in Domains.Of(messagingPartitions))
        {
            databases[domain.Name] = await ProofDatabase.Create(
                server(domain.Domain), $"{proof}_{domain.Name}", [.. domain.Kept], null, ct, domain.PrepareSql);
        }

        return new DomainDatabases(databases, ownServer);
    }

    public async ValueTask DisposeAsync()
    {
        if (ownServer is not null)
        {
            await ownServer.DisposeAsync();
            return;
        }

        foreach (ProofDatabase database in databases.Values)
        {
            await database.DisposeAsync();
        }
    }
}
