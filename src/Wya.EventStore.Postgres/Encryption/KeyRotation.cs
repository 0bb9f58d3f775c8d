using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>How many keys are wrapped under one master key; those without a version are destroyed.</summary>
public sealed record KeyCount(int? MasterVersion, long Keys);

/// <summary>
/// Wraps the keys of people anew under the current master key. No event is touched: what is sealed is sealed under the
/// person's key, which stays. It may be stopped and started again; every page stands alone.
/// </summary>
public sealed class KeyRotation(string connectionString, KeyRing ring) : IAsyncDisposable
{
    private const int PageKeys = 1_000;

    private readonly DatabaseHosts hosts = new(KeysSchema.Name, new NpgsqlConnectionStringBuilder(connectionString));

    private NpgsqlDataSource Database => hosts.Primary;

    /// <summary>What operators did with the keys.</summary>
    public Operations Operations => new(Database, KeysSchema.Name, KeysSchema.OperationsSchema);

    public async Task<IReadOnlyList<KeyCount>> Count(CancellationToken ct = default)
    {
        await using NpgsqlCommand command = Database.CreateCommand(
            "select master_version, count(*) from subject_keys group by master_version order by master_version nulls last");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<KeyCount> counts = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            counts.Add(new KeyCount(await reader.IsDBNullAsync(0, ct).ConfigureAwait(false) ? null : reader.GetInt32(0), reader.GetInt64(1)));
        }

        return counts;
    }

    /// <param name="progress">Told how many have been wrapped anew so far.</param>
    /// <returns>How many were wrapped anew.</returns>
    /// <exception cref="KeyRingException">The ring does not hold a master key that is still in use.</exception>
    public async Task<long> Rewrap(Action<long>? progress = null, CancellationToken ct = default)
    {
        long done = 0;
        Guid last = Guid.Empty;
        while (true)
        {
            await using NpgsqlConnection connection = await Database.OpenConnectionAsync(ct).ConfigureAwait(false);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);

            // Locked until they are written: one that is being destroyed meanwhile stays destroyed.
            List<(Guid Subject, byte[] Wrapped)> page = await Page(connection, last, ct).ConfigureAwait(false);
            if (page.Count == 0)
            {
                return done;
            }

            await using var update = new NpgsqlCommand(
                """
                update subject_keys k set wrapped = n.wrapped, master_version = $3
                from unnest($1, $2) as n (subject, wrapped) where k.subject = n.subject
                """,
                connection,
                transaction);
            update.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. page.Select(one => one.Subject)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
            update.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. page.Select(one => one.Wrapped)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
            update.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ring.CurrentVersion });
            await update.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            last = page[^1].Subject;
            done += page.Count;
            progress?.Invoke(done);
        }
    }

    public ValueTask DisposeAsync() => hosts.DisposeAsync();

    private async Task<List<(Guid Subject, byte[] Wrapped)>> Page(NpgsqlConnection connection, Guid after, CancellationToken ct)
    {
        await using var select = new NpgsqlCommand(
            """
            select subject, master_version, wrapped from subject_keys
            where wrapped is not null and master_version <> $1 and subject > $2 order by subject limit $3 for update
            """,
            connection);
        select.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ring.CurrentVersion });
        select.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after });
        select.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageKeys });
        await using NpgsqlDataReader reader = await select.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<(Guid, byte[])> page = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            Guid subject = reader.GetGuid(0);
            byte[] key = ring.Unwrap(subject, reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
            page.Add((subject, ring.Wrap(subject, key)));
            key.AsSpan().Clear();
        }

        return page;
    }
}
