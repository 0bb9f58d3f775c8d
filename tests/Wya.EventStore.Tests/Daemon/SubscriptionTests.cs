using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>A consumer in another domain's database: its position and its effect are one.</summary>
public sealed class SubscriptionTests
{
    private const string PrepareSql =
        """
        create table effects (position bigint primary key, amount int not null check (amount <> 667));
        grant all on effects to {app};
        """;

    [Fact]
    public async Task Position_and_effect_stay_equal_however_often_it_is_killed()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using TestDatabase target = await TestPostgres.CreateDatabase("rooms", Ledger.Types, prepareSql: PrepareSql);
        HashSet<long> killAt = [3, 20, 21, 40, 77];
        Consumer subscription = Consumer.Of("Effects", house.Database.Log, target.Log, recorded => async (transaction, ct) =>
        {
            await Record(recorded, transaction, ct);
            if (killAt.Remove(recorded.Position))
            {
                await using var kill = new NpgsqlCommand("select pg_terminate_backend(pg_backend_pid())", transaction.Connection, transaction);
                await kill.ExecuteNonQueryAsync(ct);
            }
        });
        await using var first = new ProjectionDaemon([subscription], TimeProvider.System, DaemonHouse.Fast with { HandledPageEventsMax = 10 });
        first.Start();
        Task<Guid[]> filling = house.Fill(streams: 20, rounds: 5);
        await Eventually.Is(
            async () =>
            {
                (await target.Scalar<bool>(
                    """
                    select coalesce((select last_seq_id from log.mt_event_progression where name = 'Effects:All'), 0)
                         = (select count(*) from effects) and (select count(*) = coalesce(max(position), 0) from effects)
                    """)).ShouldBeTrue();
                return await Positions.Of(subscription) == 100;
            },
            "it has handled all events");
        await filling;
        killAt.ShouldBeEmpty();
        (await target.Scalar<long>("select count(*) from log.wya_parked_streams")).ShouldBe(0);
    }

    [Theory]
    [InlineData(Poison.InFold)]
    [InlineData(Poison.InTable)]
    public async Task A_handler_that_fails_parks_the_stream_and_leaves_no_trace_of_the_event(int poison)
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using TestDatabase target = await TestPostgres.CreateDatabase("rooms", Ledger.Types, prepareSql: PrepareSql);
        bool isFixed = false;
        var clock = new ManualClock();
        Consumer subscription = Consumer.Of("Effects", house.Database.Log, target.Log, recorded => async (transaction, ct) =>
        {
            await Record(recorded.Position, isFixed ? 1 : Amount(recorded), transaction, ct);
            if (!isFixed && Amount(recorded) == Poison.InFold)
            {
                throw new InvalidOperationException("secret");
            }
        });
        Guid stream = Guid.CreateVersion7(), other = Guid.CreateVersion7();
        await house.Deposit(stream, 1, poison, 2);
        await house.Deposit(other, 1, 2, 3);
        await using var daemon = new ProjectionDaemon([subscription], clock, DaemonHouse.Fast);
        daemon.Start();
        await house.Caught(subscription);
        (await target.Scalar<string>("select string_agg(position::text, ' ' order by position) from effects")).ShouldBe("1 4 5 6");
        (await DeadLetters.IsParked(subscription, stream)).ShouldBeTrue();
        (await DeadLetters.IsParked(subscription, other)).ShouldBeFalse();
        (await new DeadLetters().DryRun(subscription, stream)).ShouldNotBeNull().FailsAt.ShouldBe(2);

        isFixed = true;
        (await new DeadLetters().DryRun(subscription, stream)).ShouldBe(new DryRun(2, null, null, 0));
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.Is(async () => !await DeadLetters.IsParked(subscription, stream), "the stream is free again");
        (await target.Scalar<string>("select string_agg(position::text, ' ' order by position) from effects")).ShouldBe("1 2 3 4 5 6");
    }

    [Fact]
    public async Task A_read_model_can_follow_another_domains_log()
    {
        await using DaemonHouse house = await DaemonHouse.Create();
        await using TestDatabase target = await TestPostgres.CreateDatabase("rooms", Ledger.Types, [DaemonHouse.Model(house.Poison)]);
        Consumer copy = Consumer.Of(DaemonHouse.Model(house.Poison), house.Database.Log, target.Log);
        await using ProjectionDaemon daemon = house.StartDaemon(consumer: copy);
        await house.Fill(streams: 10, rounds: 5);
        await house.Caught(copy);
        (await target.Scalar<long>("select sum(events)::bigint from balances")).ShouldBe(50);
        (await house.Rows()).ShouldBeEmpty();
    }

    private static int Amount(RecordedEvent recorded) => recorded.Data is Deposited deposited ? deposited.Amount : 0;

    private static Task Record(RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct) =>
        Record(recorded.Position, Amount(recorded), transaction, ct);

    private static async Task Record(long position, int amount, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var insert = new NpgsqlCommand("insert into effects values ($1, $2)", transaction.Connection, transaction);
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = amount });
        await insert.ExecuteNonQueryAsync(ct);
    }
}
