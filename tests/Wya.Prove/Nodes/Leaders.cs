using Npgsql;
using Wya.Projections;
using Wya.Prove.Servers;

namespace Wya.Prove.Nodes;

/// <summary>A consumer as its database knows it.</summary>
/// <param name="Leader">The process that took it over last, while somebody holds its lock; null while nobody does.</param>
internal readonly record struct Led(string Domain, string Consumer, string? Leader);

/// <summary>Who leads what, as the databases say, and not as the processes believe.</summary>
internal sealed class Leaders(SystemSite site) : IAsyncDisposable
{
    private const string Sql =
        """
        select p.name, case when exists (
            select from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.mode = 'ExclusiveLock'
               and l.database = (select oid from pg_database where datname = current_database())
               and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('wya-consumer:' || p.name, 0)) then p.leader end
        from log.wya_projections p
        """;

    private readonly Dictionary<string, NpgsqlConnection> connections = [];

    public async Task<IReadOnlyList<Led>> Look(CancellationToken ct)
    {
        List<Led> all = [];
        foreach (DomainDefinition domain in Domains.All)
        {
            if (!connections.TryGetValue(domain.Name, out NpgsqlConnection? connection))
            {
                connections[domain.Name] = connection = new NpgsqlConnection(site.Database(domain.Name).OwnerConnectionString);
                await connection.OpenAsync(ct);
            }

            await using var command = new NpgsqlCommand(Sql, connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                all.Add(new Led(domain.Name, reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)));
            }
        }

        return all;
    }

    /// <summary>Every consumer is led by one of these processes, and in no database does one lead two more than another.</summary>
    public static bool AreSpread(IReadOnlyList<Led> all, IReadOnlyCollection<string> over) =>
        all.Count > 0
        && all.All(one => one.Leader is { } leader && over.Contains(leader))
        && all.GroupBy(one => one.Domain).All(domain =>
        {
            int[] shares = [.. over.Select(process => domain.Count(one => one.Leader == process))];
            return shares.Max() - shares.Min() <= 1;
        });

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlConnection connection in connections.Values)
        {
            await connection.DisposeAsync();
        }
    }
}
