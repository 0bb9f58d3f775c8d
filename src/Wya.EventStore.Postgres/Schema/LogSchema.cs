using System.Reflection;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Creates and upgrades a domain's database: the log and its functions, then the read models' tables. Run by an owner;
/// the application role gets no more than it needs. Safe to run again, and by several processes at once.
/// </summary>
public static class LogSchema
{
    private static readonly string[] Migrations =
        ["Schema.001_log.sql", "Schema.002_chain.sql", "Schema.003_operations.sql", "Schema.004_browse.sql", "Schema.005_exports.sql",
        "Schema.006_partitions.sql"];

    /// <summary>The migrations that a log of this build has.</summary>
    public static IReadOnlyList<string> MigrationNames => Migrations;

    // Replaced on every run, so that they are always those of this build.
    private static readonly string[] Functions =
        ["Partitions.wya_slot.sql", "Partitions.wya_move.sql", "Append.wya_entry.sql", "Append.wya_extend_chain.sql", "Append.wya_append.sql", "Append.wya_archive.sql",
        "Read.wya_position_as_of.sql", "Read.wya_reveal.sql", "Daemon.wya_advance.sql", "Daemon.wya_pass.sql", "DeadLetters.wya_settle.sql"];

    /// <param name="ownerConnectionString">To the domain's database, as a role that may create schemas in it.</param>
    /// <param name="applicationRole">The role that the application logs in as.</param>
    /// <param name="prepareSql">Statements for what read models need beforehand, such as enum types; must be safe to repeat.</param>
    /// <param name="isChained">
    /// Every event is chained over its stored bytes from now on; what a log holds already is chained then. It stays so.
    /// </param>
    /// <returns>How many migrations were applied; 0 when the database was up to date.</returns>
    public static async Task<int> Migrate(
        string ownerConnectionString,
        string applicationRole,
        IEnumerable<ReadModel> readModels,
        string prepareSql = "",
        string logSchema = "log",
        bool isChained = false,
        CancellationToken ct = default)
    {
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(
                sql.Replace("{log}", logSchema, StringComparison.Ordinal).Replace("{app}", applicationRole, StringComparison.Ordinal),
                connection,
                transaction);
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }

        async Task<bool> Is(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is true;
        }

        await Run("select pg_advisory_xact_lock(hashtext('wya-migrate'))").ConfigureAwait(false);
        await Run(
            """
            create schema if not exists {log};
            create schema if not exists shadow;
            create schema if not exists retired;
            create table if not exists {log}.wya_migrations (name text primary key, applied_at timestamptz not null default now());
            """).ConfigureAwait(false);
        int applied = 0;
        foreach (string name in Migrations)
        {
            if (!await Is($"select exists (select from {logSchema}.wya_migrations where name = '{name}')").ConfigureAwait(false))
            {
                await Run(Text(name)).ConfigureAwait(false);
                await Run($"insert into {{log}}.wya_migrations (name) values ('{name}')").ConfigureAwait(false);
                applied++;
            }
        }

        foreach (string name in Functions)
        {
            await Run(Text(name)).ConfigureAwait(false);
        }

        await Run(Text("Schema.roles.sql")).ConfigureAwait(false);
        if (isChained && !await Is($"select is_chained from {logSchema}.wya_log_head for update").ConfigureAwait(false))
        {
            await Run(
                """
                select {log}.wya_extend_chain(coalesce((select max(seq_id) from {log}.wya_chain), 0), (select position from {log}.wya_log_head));
                update {log}.wya_log_head set is_chained = true;
                """).ConfigureAwait(false);
            applied++;
        }

        if (prepareSql.Length > 0)
        {
            await Run(prepareSql).ConfigureAwait(false);
        }

        foreach (ITable table in readModels.SelectMany(model => model.Tables))
        {
            if (await Is($"select to_regclass('public.{table.Name}') is not null").ConfigureAwait(false))
            {
                string columns = string.Join(", ", table.ColumnNames.Select(name => $"'{name}'"));
                if (!await Is(
                    $"""
                    select array_agg(attname::text order by attname) = (select array_agg(name order by name) from unnest(array[{columns}]) as name)
                    from pg_attribute where attrelid = 'public.{table.Name}'::regclass and attnum > 0 and not attisdropped
                    """).ConfigureAwait(false))
                {
                    throw new TableOfOtherBuildException(table.Name);
                }
            }
            else
            {
                // Created by the application role, which owns its read models so that it can rebuild and swap them.
                await Run($"set local role {{app}}; {table.CreateSql("public")}; reset role").ConfigureAwait(false);
                applied++;
            }
        }

        await transaction.CommitAsync(ct).ConfigureAwait(false);
        return applied;
    }

    private static string Text(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Wya.EventStore.Postgres." + name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>A live table has other columns than this build gives it. Nothing was changed.</summary>
public sealed class TableOfOtherBuildException(string table)
    : Exception($"The table '{table}' was made by another build and has other columns.")
{
    public string Table { get; } = table;
}
