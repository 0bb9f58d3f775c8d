using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>What the databases hold of an export: who made it, and the key of its pseudonyms, the same in each of them.</summary>
internal static class ExportKeys
{
    /// <summary>The first sign of an export: without it nothing was written.</summary>
    /// <param name="key">Null for one that is revealed.</param>
    public static Task Begin(OpenDomain domain, ExportManifest manifest, byte[]? key, Operator by, CancellationToken ct)
    {
        ExportedDomain part = manifest.Domains.Single(each => each.Domain == domain.Name);
        return Together(
            domain,
            ct,
            Statement(
                domain,
                """
                insert into {log}.wya_exports (id, actor, format, from_seq_id, to_seq_id, is_revealed, pseudonym_key)
                values ($1, $2, $3, $4, $5, $6, $7)
                """,
                manifest.ExportId, by.Actor, manifest.Format, part.From, part.To, manifest.IsRevealed, (object?)key ?? DBNull.Value),
            Operations(domain).Entry(
                "export", Target(manifest.ExportId), by, EventStore.Postgres.Operations.Ordered, new { part.From, part.To, part.Positions }));
    }

    /// <summary>Its last sign: all its files are there.</summary>
    public static Task End(OpenDomain domain, ExportManifest manifest, Operator by, CancellationToken ct)
    {
        ExportedDomain part = manifest.Domains.Single(each => each.Domain == domain.Name);
        return Operations(domain).Record(
            "export", Target(manifest.ExportId), by, new { Events = part.Files.Sum(file => file.Events), Files = part.Files.Count, Bytes = part.Files.Sum(file => file.Bytes) }, ct);
    }

    /// <summary>Somebody was looked up in it.</summary>
    public static Task LookedUp(OpenDomain domain, Guid export, Operator by, CancellationToken ct) =>
        Operations(domain).Record("show-pseudonym", Target(export), by, new { Pseudonyms = 1 }, ct);

    /// <summary>The capability to take sealed values along is that to execute this function, which records it.</summary>
    /// <exception cref="VerbRefusedException">The role does not have it.</exception>
    public static async Task Reveal(OpenDomain domain, Guid export, Operator by, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(domain, "select {log}.wya_reveal($1, $2, $3)", export, by.Actor, by.Reason);
        try
        {
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new VerbRefusedException(
                $"The database role of {Settings.Variable(domain.Name)} may not take sealed values along: it lacks the right to execute {domain.Log.LogSchema}.wya_reveal.",
                cause: refused);
        }
    }

    /// <returns>The key, and the first domain that has it.</returns>
    /// <exception cref="VerbRefusedException">There is none of this id, or its key was forgotten.</exception>
    public static async Task<(byte[] Key, OpenDomain Domain)> Key(OpenDomains domains, Guid export, CancellationToken ct)
    {
        foreach (OpenDomain domain in domains)
        {
            await using NpgsqlCommand command = Command(domain, "select pseudonym_key, is_revealed from {log}.wya_exports where id = $1", export);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            if (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                return !await reader.IsDBNullAsync(0, ct).ConfigureAwait(false)
                    ? (reader.GetFieldValue<byte[]>(0), domain)
                    : throw new VerbRefusedException(reader.GetBoolean(1)
                        ? "That export holds ids as they are; there are no pseudonyms in it."
                        : "The key of that export's pseudonyms was forgotten; nobody can link them to anybody any more.");
            }
        }

        throw new VerbRefusedException($"No export has the id {export}; wya exports list shows those that there are.");
    }

    /// <summary>
    /// Forgets the key, and writes the table anew without it: an update alone would leave the old row's bytes in its page.
    /// </summary>
    /// <returns>Whether there was one to forget.</returns>
    public static async Task<bool> Forget(OpenDomain domain, Guid export, Operator by, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await domain.Log.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        NpgsqlBatchCommand forget = Statement(
            domain,
            "update {log}.wya_exports set pseudonym_key = null, forgotten_at = now(), forgotten_by = $2 where id = $1 and pseudonym_key is not null",
            export, by.Actor);
        bool had = await Send(connection, ct, forget).ConfigureAwait(false) > 0;
        if (had)
        {
            await Send(connection, ct, Operations(domain).Entry("forget-export", Target(export), by, EventStore.Postgres.Operations.Done, new { Keys = 1 })).ConfigureAwait(false);
        }

        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        await using NpgsqlCommand vacuum = Command(domain, "vacuum (full) {log}.wya_exports");
        await vacuum.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        return had;
    }

    private static Operations Operations(OpenDomain domain) => EventStore.Postgres.Operations.Of(domain.Log);

    private static string Target(Guid export) => $"export {export}";

    /// <summary>In one transaction.</summary>
    private static async Task Together(OpenDomain domain, CancellationToken ct, params NpgsqlBatchCommand[] statements)
    {
        await using NpgsqlConnection connection = await domain.Log.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await Send(connection, ct, statements).ConfigureAwait(false);
    }

    private static async Task<int> Send(NpgsqlConnection connection, CancellationToken ct, params NpgsqlBatchCommand[] statements)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (NpgsqlBatchCommand statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        return await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand Statement(OpenDomain domain, string sql, params object[] values)
    {
        var statement = new NpgsqlBatchCommand(sql.Replace("{log}", domain.Log.LogSchema, StringComparison.Ordinal));
        foreach (object value in values)
        {
            statement.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return statement;
    }

    private static NpgsqlCommand Command(OpenDomain domain, string sql, params object[] values)
    {
        NpgsqlCommand command = domain.Log.DataSource.CreateCommand(sql.Replace("{log}", domain.Log.LogSchema, StringComparison.Ordinal));
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
