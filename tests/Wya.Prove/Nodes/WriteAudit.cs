using Npgsql;
using Wya.Projections;
using Wya.Prove.Servers;

namespace Wya.Prove.Nodes;

/// <summary>One step of a consumer's position, as the database saw it.</summary>
/// <param name="By">The node and its run, as its connection says.</param>
/// <param name="Leader">The leader of the newest epoch, at that moment.</param>
internal readonly record struct ProgressWrite(string Domain, string Consumer, string By, long Epoch, string Leader);

/// <summary>
/// Notes, in the transaction of every step of a consumer's position, who makes it and who leads. What a consumer writes is
/// one transaction with that step, so a stale leader that wrote anything is found here. It rests on nothing of what refuses
/// such a write: the writer is known by its connection, the leader by the row that whoever takes over has updated.
/// </summary>
internal static class WriteAudit
{
    /// <summary>Names the node to the audit, in each of its connections.</summary>
    public static string Named(string connectionString, string node) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Options = $"-c wya.node={node}" }.ConnectionString;

    public static async Task Install(SystemSite site, CancellationToken ct)
    {
        foreach (DomainDefinition domain in Domains.All)
        {
            await site.Database(domain.Name).Execute(
                """
                create schema audit;
                create table audit.progress (
                    nr bigint generated always as identity primary key, consumer text not null, by text not null, epoch bigint not null, leader text not null);
                create function audit.note() returns trigger language plpgsql security definer as $$
                begin
                    insert into audit.progress (consumer, by, epoch, leader)
                    select p.name, coalesce(current_setting('wya.node', true), ''), p.epoch, p.leader
                    from log.wya_projections p where p.name = split_part(new.name, ':', 1);
                    return null;
                end $$;
                create trigger note after update on log.mt_event_progression for each row execute function audit.note();
                """,
                ct);
        }
    }

    public static async Task<IReadOnlyList<ProgressWrite>> Read(SystemSite site, CancellationToken ct)
    {
        List<ProgressWrite> writes = [];
        foreach (DomainDefinition domain in Domains.All)
        {
            await using var connection = new NpgsqlConnection(site.Database(domain.Name).OwnerConnectionString);
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand("select consumer, by, epoch, leader from audit.progress order by nr", connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                writes.Add(new ProgressWrite(domain.Name, reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3)));
            }
        }

        return writes;
    }

    /// <param name="processOf">The process that a node's run was.</param>
    public static int Stale(IEnumerable<ProgressWrite> writes, Func<string, string> processOf) => writes.Count(write => processOf(write.By) != write.Leader);

    /// <summary>
    /// What a stale leader would send: the step of a term that is over, over a connection of a node that leads no more.
    /// </summary>
    /// <returns>Whether it was refused.</returns>
    public static async Task<bool> IsRefused(SystemSite site, ProgressWrite last, string by, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(Named(site.Database(last.Domain).ConnectionString, by) + ";Pooling=false");
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            """
            select log.wya_advance($1, name, $2, last_seq_id, last_seq_id, last_seq_id)
            from log.mt_event_progression where split_part(name, ':', 1) = $1
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = last.Consumer });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last.Epoch - 1 });
        try
        {
            await command.ExecuteNonQueryAsync(ct);
            return false;
        }
        catch (PostgresException refused) when (refused.SqlState == "WY001")
        {
            return true;
        }
    }

    /// <summary>The same function without what it refuses by.</summary>
    public static Task TakeFenceDown(SystemSite site, string domain, CancellationToken ct) => site.Database(domain).Execute(
        """
        create or replace function log.wya_advance(
            p_name text, p_progression text, p_epoch bigint, p_kept bigint, p_position bigint, p_to bigint) returns void
        language sql set search_path = log, pg_temp as $$
            update mt_event_progression set last_seq_id = p_to, last_updated = now() where name = p_progression
        $$
        """,
        ct);
}
