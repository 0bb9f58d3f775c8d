using Npgsql;

namespace Wya.Cli;

/// <summary>What the databases hold of an export: who made it, and the key of its pseudonyms, the same in each of them.</summary>
internal static class ExportKeys
{
    /// <summary>The first sign of an export: without it nothing was written.</summary>
    /// <param name="key">Null for one that is revealed.</param>
    public static async Task Record(OpenDomain domain, ExportManifest manifest, byte[]? key, string actor, CancellationToken ct)
    {
        ExportedDomain part = manifest.Domains.Single(each => each.Domain == domain.Name);
        await using NpgsqlCommand command = Command(
            domain,
            """
            insert into {log}.wya_exports (id, actor, format, from_seq_id, to_seq_id, is_revealed, pseudonym_key)
            values ($1, $2, $3, $4, $5, $6, $7)
            """,
            manifest.ExportId, actor, manifest.Format, part.From, part.To, manifest.IsRevealed, (object?)key ?? DBNull.Value);
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <summary>The capability to take sealed values along is that to execute this function, which records it.</summary>
    /// <exception cref="VerbRefusedException">The role does not have it.</exception>
    public static async Task Reveal(OpenDomain domain, Guid export, string actor, string reason, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(domain, "select {log}.wya_reveal($1, $2, $3)", export, actor, reason);
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

    /// <exception cref="VerbRefusedException">There is none of this id, or its key was forgotten.</exception>
    public static async Task<byte[]> Key(OpenDomains domains, Guid export, CancellationToken ct)
    {
        foreach (OpenDomain domain in domains)
        {
            await using NpgsqlCommand command = Command(domain, "select pseudonym_key, is_revealed from {log}.wya_exports where id = $1", export);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            if (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                return !await reader.IsDBNullAsync(0, ct).ConfigureAwait(false)
                    ? reader.GetFieldValue<byte[]>(0)
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
    public static async Task<bool> Forget(OpenDomain domain, Guid export, string actor, CancellationToken ct)
    {
        await using NpgsqlCommand forget = Command(
            domain,
            "update {log}.wya_exports set pseudonym_key = null, forgotten_at = now(), forgotten_by = $2 where id = $1 and pseudonym_key is not null",
            export, actor);
        bool had = await forget.ExecuteNonQueryAsync(ct).ConfigureAwait(false) > 0;
        await using NpgsqlCommand vacuum = Command(domain, "vacuum (full) {log}.wya_exports");
        await vacuum.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        return had;
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
