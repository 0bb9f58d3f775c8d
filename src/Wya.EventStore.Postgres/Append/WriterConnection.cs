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

    public static NpgsqlConnection Open(LogDatabase database)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Pooling = false, CommandTimeout = 0, KeepAlive = 10, TcpKeepAlive = true, Timeout = 5, ApplicationName = $"wya-{database.Name}-writer",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            using var plans = new NpgsqlCommand(Plans, connection);
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
