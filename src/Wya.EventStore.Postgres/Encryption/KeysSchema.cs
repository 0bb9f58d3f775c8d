using System.Reflection;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>The tables of the keys database.</summary>
public static class KeysSchema
{
    /// <summary>The name of the database, of its connection string, and of no domain.</summary>
    public const string Name = "keys";

    /// <summary>Where what operators did with the keys is recorded.</summary>
    public const string OperationsSchema = "public";

    /// <summary>Creates what is missing; safe to repeat.</summary>
    /// <param name="ownerConnectionString">To the keys database, as a role that may create tables there.</param>
    /// <returns>How many changes were made.</returns>
    public static async Task<int> Migrate(string ownerConnectionString, string applicationRole, CancellationToken ct = default)
    {
        string text = (Text("001_keys") + Text("002_operations")).Replace("{app}", applicationRole, StringComparison.Ordinal);
        await using var connection = new NpgsqlConnection(ownerConnectionString);
        await connection.OpenAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await using var exists = new NpgsqlCommand(
            "select pg_advisory_xact_lock(hashtext('wya-migrate')), to_regclass('public.wya_operations') is not null", connection, transaction);
        bool was;
        await using (NpgsqlDataReader answer = await exists.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            await answer.ReadAsync(ct).ConfigureAwait(false);
            was = answer.GetBoolean(1);
        }

        await using var create = new NpgsqlCommand(text, connection, transaction);
        await create.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        await transaction.CommitAsync(ct).ConfigureAwait(false);
        return was ? 0 : 1;
    }

    private static string Text(string name)
    {
        using Stream sql = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Wya.EventStore.Postgres.Encryption.{name}.sql")!;
        using var reader = new StreamReader(sql);
        return reader.ReadToEnd();
    }
}
