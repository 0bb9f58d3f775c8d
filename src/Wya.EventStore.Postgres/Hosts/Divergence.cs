using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What a fenced primary holds that the log does not.</summary>
/// <param name="Host">As the connection string names it.</param>
/// <param name="PartsAt">The first position at which it holds another event than the primary, or one that the primary has not.</param>
/// <param name="OwnEvents">From there on: with synchronous replication they were never acknowledged. 0 when it holds nothing of its own.</param>
public sealed record Divergence(string Host, long PartsAt, long OwnEvents);

public sealed partial class DatabaseHosts
{
    /// <summary>
    /// Compares each fenced primary's log with the primary's. Both are the same up to where they parted, and at no position
    /// behind it; so it is searched for by halves.
    /// </summary>
    public async Task<IReadOnlyList<Divergence>> CompareFenced(string logSchema, CancellationToken ct)
    {
        await FirstLook().ConfigureAwait(false);
        List<Divergence> found = [];
        foreach (HostLook fenced in Seen.Where(look => look.Role == HostRole.Fenced))
        {
            await using NpgsqlConnection primary = await OpenApart(_ => { }, ct: ct).ConfigureAwait(false);
            await using NpgsqlConnection former = await Open(Watching(fenced.Name), null, ct).ConfigureAwait(false);
            long formerHead = await Ask<long>(former, $"select position from {logSchema}.wya_log_head", 0, ct).ConfigureAwait(false);
            long same = 0, beyond = formerHead + 1;
            while (beyond - same > 1)
            {
                long middle = same + ((beyond - same) / 2);
                string sql = $"select coalesce((select id from {logSchema}.mt_events where seq_id = $1), $2)";
                bool isSame = await Ask<Guid>(former, sql, middle, ct).ConfigureAwait(false) == await Ask<Guid>(primary, sql, middle, ct).ConfigureAwait(false);
                (same, beyond) = isSame ? (middle, beyond) : (same, middle);
            }

            found.Add(new Divergence(fenced.Name, beyond, formerHead - same));
        }

        return found;
    }

    private static async Task<T> Ask<T>(NpgsqlConnection connection, string sql, long position, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (sql.Contains("$2", StringComparison.Ordinal))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Empty });
        }

        return (T)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }
}
