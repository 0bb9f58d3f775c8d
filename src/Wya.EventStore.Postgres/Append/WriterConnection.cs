using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The writer's own connection. Not from the pool; without time-outs, since a commit that is cut short may yet succeed;
/// with keep-alives, so that a dead peer is noticed.
/// Its session plans index look-ups from the first row on, whatever the statistics of a log that was empty a moment ago say.
/// A plan node that is switched off is merely given a huge cost, so compiling "expensive" plans (50 ms a call) is off too.
/// </summary>
internal static class WriterConnection
{
    private const string Plans =
        "set jit = off; set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off";

    // What it holds while a machine is gone, everybody else waits for.
    private const string KeepAlives =
        "set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3; set tcp_user_timeout = 10000";

    /// <summary>By which daemons know it, and end it when it has gone silent in the middle of an append.</summary>
    public static string ApplicationName(LogDatabase database) => $"wya-{database.Name}-writer";

    public static NpgsqlConnection Open(LogDatabase database)
    {
        NpgsqlConnection connection = database.Hosts.OpenApart(settings =>
        {
            (settings.CommandTimeout, settings.Timeout, settings.KeepAlive) = (0, 5, 10);
            settings.TcpKeepAlive = true;
            if (database.Hosts.AreSeveral)
            {
                // A machine that has gone must not be waited for where another can take over; and to give up what one that hangs
                // has under way takes as long as to connect to it, twice.
                (settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval, settings.Timeout) = (4, 1, 2);
            }

            settings.ApplicationName = ApplicationName(database);
        }).GetAwaiter().GetResult();
        try
        {
            using var plans = new NpgsqlCommand($"{Plans}; {KeepAlives}", connection);
            plans.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
