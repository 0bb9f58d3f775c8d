using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>The consumers of a database are spread evenly over the processes that can run them, without anybody's doing.</summary>
public sealed class SpreadTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 12).Select(number => $"Consumer{number:00}")];

    [Fact]
    public async Task Consumers_move_when_a_process_joins_leaves_or_freezes()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon a = Start(house, "a", Names);
        await Spread(house, ("a", 12));
        await using ProjectionDaemon b = Start(house, "b", Names);
        await Spread(house, ("a", 6), ("b", 6));
        ProjectionDaemon c = Start(house, "c", Names);
        await Spread(house, ("a", 4), ("b", 4), ("c", 4));
        await house.Fill(streams: 5, rounds: 2);
        await c.DisposeAsync();
        await Spread(house, ("a", 6), ("b", 6));

        // A session that stands and leads, and says nothing more: as that of a process that is frozen.
        await using var frozen = new NpgsqlConnection(house.Database.ConnectionString + ";Pooling=false");
        await frozen.OpenAsync();
        await Say(frozen, "select pg_advisory_lock_shared(hashtextextended('wya-stands:' || n, 0)) from unnest($1::text[]) n", Names);
        await Eventually.Is(async () => await Led(house) < 12, "the others give up what would be its share");
        await Say(frozen, "select pg_try_advisory_lock(hashtextextended('wya-consumer:' || n, 0)) from unnest($1::text[]) n", Names);
        await Spread(house, ("a", 6), ("b", 6));
    }

    [Fact]
    public async Task Nothing_is_given_to_a_process_that_cannot_run_it()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using ProjectionDaemon all = Start(house, "all", Names);
        await using ProjectionDaemon few = Start(house, "few", Names[..3]);
        await Spread(house, ("all", 9), ("few", 3));
    }

    [Fact]
    public async Task Nothing_moves_while_nobody_leads_two_more_than_another()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        string[] odd = Names[..7];
        await using ProjectionDaemon a = Start(house, "a", odd);
        await using ProjectionDaemon b = Start(house, "b", odd);
        await using ProjectionDaemon c = Start(house, "c", odd);
        await Eventually.Is(
            async () => await house.Database.Scalar<string>($"select coalesce(string_agg(n::text, ' ' order by n), '') from (select count(*) n from ({LedSql}) led group by leader) g") == "2 2 3",
            "two, two and three");
        long terms = await house.Database.Scalar<long>("select sum(epoch)::bigint from log.wya_projections");
        DateTimeOffset later = DateTimeOffset.UtcNow + (5 * DaemonHouse.Fast.Heartbeat);
        await Eventually.Is(() => DateTimeOffset.UtcNow > later, "some elections have passed");
        (await house.Database.Scalar<long>("select sum(epoch)::bigint from log.wya_projections")).ShouldBe(terms);
    }

    private static ProjectionDaemon Start(DaemonHouse house, string process, string[] names)
    {
        var daemon = new ProjectionDaemon(
            [.. names.Select(name => Consumer.Of(name, house.Database.Log, house.Database.Log, _ => null))],
            TimeProvider.System, DaemonHouse.Fast with { FrozenAfter = TimeSpan.FromSeconds(2) }, processName: process);
        daemon.Start();
        return daemon;
    }

    private static Task Spread(DaemonHouse house, params (string Process, int Consumers)[] shares) => Eventually.Is(
        async () => await house.Database.Scalar<string>($"select coalesce(string_agg(leader || ' ' || n, ', ' order by leader), '') from (select leader, count(*) n from ({LedSql}) led group by leader) g")
            == string.Join(", ", shares.Select(share => $"{share.Process} {share.Consumers}")),
        $"the shares are {string.Join(", ", shares)}");

    // Who leads: the process that took over last, for as long as somebody holds the lock.
    private const string LedSql =
        """
        select leader from log.wya_projections p where exists (
          select 1 from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 1
             and l.database = (select oid from pg_database where datname = current_database())
             and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('wya-consumer:' || p.name, 0))
        """;

    private static Task<long> Led(DaemonHouse house) => house.Database.Scalar<long>($"select count(*) from ({LedSql}) led");

    private static async Task Say(NpgsqlConnection connection, string sql, string[] names)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = names });
        await command.ExecuteNonQueryAsync();
    }
}
