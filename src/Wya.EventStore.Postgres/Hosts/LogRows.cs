using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Where the rows of a query are read: on the primary, or in one session to a standby, whose progress was looked at in that
/// same session. What may be read from a standby takes this instead of the database.
/// </summary>
public sealed class LogRows(LogDatabase database, NpgsqlConnection? standby = null)
{
    public LogDatabase Database { get; } = database;

    public bool AreOfStandby => standby is not null;

    /// <summary>One at a time: read it to its end before the next.</summary>
    public NpgsqlCommand CreateCommand(string sql) => standby is null ? Database.DataSource.CreateCommand(sql) : new NpgsqlCommand(sql, standby);

    public static implicit operator LogRows(LogDatabase database) => new(database);

    public static LogRows FromLogDatabase(LogDatabase database) => new(database);
}
