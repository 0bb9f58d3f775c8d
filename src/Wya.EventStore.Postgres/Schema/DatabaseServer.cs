using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Creates a domain's database and its login role on a server, for development, tests and small installations.
/// Larger ones create both by their own means and only run <see cref="LogSchema"/>.
/// </summary>
public static class DatabaseServer
{
    /// <param name="adminConnectionString">To any database of the server, as a role that may create databases and roles.</param>
    /// <param name="database">Created if missing.</param>
    /// <param name="role">The application's login role; created if missing, and given the password.</param>
    public static async Task Ensure(string adminConnectionString, string database, string role, string password, CancellationToken ct = default)
    {
        // Not from the pool: the lock below ends with the session.
        var admin = new NpgsqlConnectionStringBuilder(adminConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(admin.ConnectionString);
        await connection.OpenAsync(ct).ConfigureAwait(false);
        string quotedPassword = password.Replace("'", "''", StringComparison.Ordinal);
        await Run($"select pg_advisory_lock(hashtext('wya-ensure'))").ConfigureAwait(false);
        if (!await Exists($"select from pg_roles where rolname = '{role}'").ConfigureAwait(false))
        {
            await Run($"create role {role} login nosuperuser nocreatedb nocreaterole").ConfigureAwait(false);
        }

        await Run($"alter role {role} password '{quotedPassword}'").ConfigureAwait(false);
        if (!await Exists($"select from pg_database where datname = '{database}'").ConfigureAwait(false))
        {
            await Run($"create database {database}").ConfigureAwait(false);
            await Run($"revoke all on database {database} from public").ConfigureAwait(false);
            await Run($"grant connect, temporary on database {database} to {role}").ConfigureAwait(false);
        }

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }

        async Task<bool> Exists(string sql)
        {
            await using var command = new NpgsqlCommand($"select exists ({sql})", connection);
            return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is true;
        }
    }
}
