using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What a server says of itself, to any role.</summary>
internal readonly record struct HostAnswer(bool IsStandby, long Epoch, DateTime StartedAt, bool ConfirmsBeforeAnswering);

internal static class HostQuestions
{
    // A primary's write-ahead log is named after its timeline from the moment of its promotion on; its control file says so
    // only after a checkpoint. A standby has no more than the control file.
    private const string WhoSql =
        """
        select pg_is_in_recovery(),
               case when pg_is_in_recovery() then (select timeline_id::bigint from pg_control_checkpoint())
                    else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint end,
               pg_postmaster_start_time(),
               current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') not in ('off', 'local')
        """;

    // A transaction that touches no table. Its commit is answered when a standby has it, and with it all that came before.
    private const string ConfirmSql = "select pg_logical_emit_message(true, 'wya', '')";

    private const string EndSessionsSql =
        """
        select count(pg_terminate_backend(pid)) from pg_stat_activity
        where usename = current_user and datname = current_database() and pid <> pg_backend_pid() and application_name <> current_setting('application_name')
        """;

    public static async Task<HostAnswer> Who(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(WhoSql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new HostAnswer(reader.GetBoolean(0), reader.GetInt64(1), reader.GetDateTime(2), reader.GetBoolean(3));
    }

    /// <summary>Whether all that is visible on this primary at the moment is where its commits are confirmed, too.</summary>
    public static async Task<bool> Confirm(NpgsqlConnection connection)
    {
        bool wasCutShort = false;
        void Heard(object sender, NpgsqlNoticeEventArgs notice) => wasCutShort |= notice.Notice.SqlState == PostgresErrorCodes.Warning;

        connection.Notice += Heard;
        try
        {
            // When its time is over the wait is ended, and then "success" is answered with a warning.
            await using var command = new NpgsqlCommand(ConfirmSql, connection) { CommandTimeout = DatabaseHosts.ConfirmSecondsMax };
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            return !wasCutShort;
        }
        finally
        {
            connection.Notice -= Heard;
        }
    }

    /// <summary>Ends what this role's sessions have under way, but for those that look after hosts. What waits for a standby is then not answered.</summary>
    public static async Task EndSessions(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(EndSessionsSql, connection);
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }
}
