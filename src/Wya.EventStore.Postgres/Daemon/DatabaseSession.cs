using Microsoft.Extensions.Logging;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The one connection, outside the pool, that a process holds to a database: it listens for commits and for operators,
/// and holds the advisory lock of every consumer that the process leads.
/// Election: whoever gets the lock leads; the others look again at every heartbeat. Who could lead a consumer says so by
/// a shared lock, so that all see the same candidates and share the consumers evenly (<see cref="ElectionShares"/>). The
/// server gives locks up when the session ends, so a process that dies is followed within one heartbeat. One that is frozen
/// keeps its session: when it has been silent for long enough, those who stand by end it.
/// The lock only elects. What a deposed leader still sends is refused by the epoch, so losing it late costs nothing.
/// </summary>
internal sealed class DatabaseSession(LogDatabase database, IReadOnlyList<Candidate> candidates, DaemonOptions options, ILogger logger)
{
    private const int BeatsBetweenLooks = 8;
    private const string LogChannel = "wya_log";
    private const string ConsumerChannel = "wya_consumers";

    private const string StandSql = "select pg_advisory_lock_shared(hashtextextended('wya-stands:' || n, 0)) from unnest($1::text[]) n";

    private const string ElectSql =
        "select n, pg_try_advisory_lock(hashtextextended('wya-consumer:' || n, 0)) from unnest($1::text[]) n";

    private const string GiveUpSql = "select n, pg_advisory_unlock(hashtextextended('wya-consumer:' || n, 0)) from unnest($1::text[]) n";

    // state_change is when a session last said something; a lock's key is split over two columns. Led locks are exclusive.
    private const string LookSql =
        """
        with held as materialized (
          select a.pid, l.mode, l.classid::bigint << 32 | l.objid::bigint as key, a.state_change < clock_timestamp() - make_interval(secs => $2) as is_frozen
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
           where l.locktype = 'advisory' and l.granted and l.objsubid = 1
             and l.database = (select oid from pg_database where datname = current_database())),
        standing as (
          select s.key, s.pid, (select count(*)::int from held l where l.pid = s.pid and l.mode = 'ExclusiveLock') as led
            from held s where s.mode = 'ShareLock' and not s.is_frozen)
        select n,
               (select pid from held where key = hashtextextended('wya-consumer:' || n, 0)),
               array(select pid from standing where key = hashtextextended('wya-stands:' || n, 0) order by pid),
               array(select led from standing where key = hashtextextended('wya-stands:' || n, 0) order by pid)
          from unnest($1::text[]) n
        """;

    // Leaders of these consumers that say nothing; and a writer of the log that does not in the middle of an append, for whom
    // every append of the domain waits.
    private const string EndFrozenSql =
        $"""
        with leaders as materialized (
          select l.pid from pg_locks l
           where l.locktype = 'advisory' and l.granted and l.objsubid = 1
             and l.database = (select oid from pg_database where datname = current_database())
             and (l.classid::bigint << 32 | l.objid::bigint) in (select hashtextextended('wya-consumer:' || n, 0) from unnest($2::text[]) n))
        select pg_terminate_backend(a.pid) from pg_stat_activity a
        where a.datname = current_database() and a.usename = current_user and a.pid <> pg_backend_pid()
          and ((a.pid in (select pid from leaders) and a.state_change < clock_timestamp() - make_interval(secs => $1))
            or (a.application_name = $3 and {SilentTransactions.IsSilentSql}))
        """;

    private readonly string[] names = [.. candidates.Select(candidate => candidate.Name)];
    private string[] leftFree = [];
    private int quietBeats;

    public async Task Run(CancellationToken stop)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(50);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlConnection connection = await Open(stop).ConfigureAwait(false);
                while (true)
                {
                    await Elect(connection, stop).ConfigureAwait(false);
                    pause = TimeSpan.FromMilliseconds(50);
                    await Listen(connection, stop).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                logger.LogWarning("The daemon's session to {Domain} ended: {Failure}.", database.Name, FailurePlace.Of(failure));
            }
            catch (Exception)
            {
                // Stopping.
            }
            finally
            {
                foreach (Candidate candidate in candidates)
                {
                    candidate.Lose();
                }
            }

            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, options.BackoffMax.TotalMilliseconds));
        }
    }

    /// <summary>Tells the daemons of a database that an operator changed something about a consumer.</summary>
    public static NpgsqlBatchCommand Notify(string consumer)
    {
        var command = new NpgsqlBatchCommand($"select pg_notify('{ConsumerChannel}', $1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer });
        return command;
    }

    private async Task<NpgsqlConnection> Open(CancellationToken ct)
    {
        NpgsqlConnection connection = await database.Hosts.OpenApart(
            settings =>
            {
                (settings.Timeout, settings.CommandTimeout, settings.KeepAlive) = (5, 5, 0);
                settings.TcpKeepAlive = true;
                settings.ApplicationName = $"wya-{database.Name}-daemon";
            },
            opening => opening.Notification += (_, notice) => Heard(notice),
            ct).ConfigureAwait(false);
        try
        {
            // The server notices within about ten seconds that this machine has gone, and gives the locks to another.
            await using var command = new NpgsqlCommand(
                $"""
                set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3; set tcp_user_timeout = 10000;
                listen {LogChannel}; listen {ConsumerChannel};
                """,
                connection);
            await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            await using var stand = new NpgsqlCommand(StandSql, connection);
            stand.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
            await stand.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            await using var head = new NpgsqlCommand($"select position from {database.LogSchema}.wya_log_head", connection);
            database.Signal.Raise((long)(await head.ExecuteScalarAsync(ct).ConfigureAwait(false))!);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Also the heartbeat of those that lead already.</summary>
    private async Task Elect(NpgsqlConnection connection, CancellationToken ct)
    {
        // Who only reads here has nothing to look for. Who leads all that it can looks only now and then whether somebody has
        // joined: a look goes through all locks of the server.
        if (candidates.Count == 0 || (candidates.All(candidate => candidate.Leads) && ++quietBeats < BeatsBetweenLooks))
        {
            await using var beat = new NpgsqlCommand("select", connection);
            await beat.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            return;
        }

        quietBeats = 0;
        List<ConsumerStanding> consumers = await Look(connection, ct).ConfigureAwait(false);
        (List<string> take, List<string> giveUp) = ElectionShares.Of(consumers, connection.ProcessID);
        string[] free = [.. consumers.Where(consumer => consumer.Leader is null).Select(consumer => consumer.Name)];

        // Whoever should have taken it has not: it is better led by one who leads too much already than by nobody.
        take = [.. take.Union(free.Intersect(leftFree))];
        leftFree = free;
        foreach (string name in await Try(ElectSql, take, connection, ct).ConfigureAwait(false))
        {
            candidates.Single(candidate => candidate.Name == name).Win();
        }

        // What is still under way of the term given up is committed before the next leader begins, or refused.
        giveUp.ForEach(name => candidates.Single(candidate => candidate.Name == name).Lose());
        await Try(GiveUpSql, giveUp, connection, ct).ConfigureAwait(false);
        string[] held = [.. consumers.Where(consumer => consumer.Leader is { } leader && leader != connection.ProcessID).Select(consumer => consumer.Name)];
        await using var end = new NpgsqlCommand(EndFrozenSql, connection);
        end.Parameters.Add(new NpgsqlParameter<double> { TypedValue = options.FrozenAfter.TotalSeconds });
        end.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = held });
        end.Parameters.Add(new NpgsqlParameter<string> { TypedValue = WriterConnection.ApplicationName(database) });
        await end.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private async Task<List<ConsumerStanding>> Look(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(LookSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
        command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = options.FrozenAfter.TotalSeconds });
        List<ConsumerStanding> consumers = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            consumers.Add(new ConsumerStanding(
                reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetInt32(1),
                reader.GetFieldValue<int[]>(2).Zip(reader.GetFieldValue<int[]>(3)).ToDictionary(session => session.First, session => session.Second)));
        }

        return consumers;
    }

    /// <summary>The names for which it succeeded.</summary>
    private static async Task<List<string>> Try(string sql, List<string> names, NpgsqlConnection connection, CancellationToken ct)
    {
        List<string> done = [];
        if (names.Count > 0)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. names] });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                if (reader.GetBoolean(1))
                {
                    done.Add(reader.GetString(0));
                }
            }
        }

        return done;
    }

    private async Task Listen(NpgsqlConnection connection, CancellationToken ct)
    {
        long until = Environment.TickCount64 + (long)options.Heartbeat.TotalMilliseconds;
        while (until - Environment.TickCount64 is > 0 and var left)
        {
            await connection.WaitAsync(TimeSpan.FromMilliseconds(left), ct).ConfigureAwait(false);
        }
    }

    private void Heard(NpgsqlNotificationEventArgs notice)
    {
        if (notice.Channel == LogChannel && long.TryParse(notice.Payload, out long position))
        {
            database.Signal.Raise(position);
            return;
        }

        foreach (Candidate candidate in candidates)
        {
            if (candidate.Name == notice.Payload)
            {
                candidate.Wake();
            }
        }
    }
}
