using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.EventStore.Tests.Daemon;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Encryption;

public sealed class PostgresSealedValuesTests(DiaryHouse house) : SealedValuesContract, IClassFixture<DiaryHouse>
{
    private readonly Guid someone = Guid.CreateVersion7(), somebodyElse = Guid.CreateVersion7();

    protected override IEventStore Store => house.Store;

    protected override Task Destroy(Guid subject) => house.Keys.Subjects.Destroy([subject]);

    [Fact]
    [Trait("seed", "E2")]
    public async Task The_database_never_holds_a_sensitive_value_in_the_clear()
    {
        string text = Text();
        await Write(Diary.Written(someone, somebodyElse, text), Guid.CreateVersion7());
        (await InDatabase(text)).ShouldBe(0);
        (await InDatabase(someone.ToString("n"))).ShouldBeGreaterThan(0, "the search finds what is there");
        (await house.Database.Scalar<long>($"select count(*) from log.wya_claims where claim like '%{text}%'")).ShouldBe(0);
        (await house.Database.Scalar<long>("select count(*) from log.wya_claims where claim like 'title:%'")).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_claim_is_kept_as_a_digest_and_still_taken()
    {
        string text = Text();
        await Write(Diary.Written(someone, somebodyElse, text), Guid.CreateVersion7());
        Transacted<Diary> second = await house.Store.Transact(
            Diary.Stream,
            Guid.CreateVersion7(),
            _ => Decision<object>.Record(Diary.Written(someone, somebodyElse, text)),
            CommandMetadata.System(Guid.CreateVersion7()));
        second.Refusal.ShouldBe(StoreRefusals.ClaimTaken);
    }

    [Fact]
    public async Task A_value_that_was_moved_to_another_event_does_not_open()
    {
        Guid one = Guid.CreateVersion7(), two = Guid.CreateVersion7();
        await Write(Diary.Written(someone, somebodyElse, Text()), one);
        await Write(Diary.Written(someone, somebodyElse, Text()), two);
        await house.Database.Execute(
            $"""
            alter table log.mt_events disable trigger wya_append_only;
            update log.mt_events set data = jsonb_set(data, array['title'], (select data->'title' from log.mt_events where stream_id = '{one}')) where stream_id = '{two}';
            alter table log.mt_events enable always trigger wya_append_only
            """);
        await Should.ThrowAsync<TamperedValueException>(async () => await house.Store.ReadStream(two).ToListAsync());
        (await house.Store.ReadStream(one).ToListAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_reader_without_keys_reads_all_the_rest()
    {
        Guid stream = Guid.CreateVersion7();
        await Write(Diary.Written(someone, somebodyElse, Text()), stream);
        await using var log = new LogDatabase("diary", house.Database.ConnectionString, Diary.Types);
        await using var store = new PostgresEventStore(log, TimeProvider.System);
        var read = (DiaryWritten)(await store.ReadStream(stream).ToListAsync()).Single().Data;
        read.Lines[1].Number.ShouldBe(2);
        read.Title.Token.ShouldStartWith("sealed1:");
        Should.Throw<InvalidOperationException>(() => read.Title.ValueOr("gone"), "sealed is not erased");
        await Should.ThrowAsync<InvalidOperationException>(() => store.Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, "diary", ExpectedVersion.Any, [Diary.Written(someone, somebodyElse, "x")]))));
    }

    [Fact]
    public async Task Keys_that_are_away_delay_what_needs_them_and_lose_nothing()
    {
        await using TestKeys keys = await TestKeys.Create();
        await using TestDatabase database = await TestPostgres.CreateDatabase("diary", Diary.Types, keys: keys.ForLogs);
        await using var store = new PostgresEventStore(database.Log, TimeProvider.System);
        Guid stream = Guid.CreateVersion7();
        await Append(store, stream, Diary.Written(someone, somebodyElse, "first"));

        await using SubjectKeys elsewhere = keys.Open();
        await using var log = new LogDatabase("diary", database.ConnectionString, Diary.Types, keys: new LogKeys(elsewhere, keys.Ring.ClaimPepper));
        await using var store2 = new PostgresEventStore(log, TimeProvider.System);
        await SetConnections(keys, allowed: false);
        await Should.ThrowAsync<KeysUnavailableException>(async () => await store2.ReadStream(stream).ToListAsync());
        await Should.ThrowAsync<KeysUnavailableException>(() => Append(store2, stream, Diary.Written(someone, Guid.CreateVersion7(), "second")));
        (await Append(store2, stream, new DiaryClosed())).ShouldBeOfType<AppendOutcome.Appended>("what needs no key is recorded");

        List<string> seen = [];
        var consumer = Consumer.Of("Reader", log, log, recorded => (_, _) =>
        {
            seen.Add(recorded.Data is DiaryWritten written ? written.Title.ValueOr("gone") : "closed");
            return Task.CompletedTask;
        });
        await using var daemon = new ProjectionDaemon([consumer], TimeProvider.System, DaemonHouse.Fast);
        daemon.Start();
        seen.ShouldBeEmpty();
        await SetConnections(keys, allowed: true);
        await Eventually.Is(() => seen.Count == 2, "it goes on where it stood");
        seen.ShouldBe(["first title", "closed"]);
        (await database.Scalar<long>("select count(*) from log.wya_parked_streams")).ShouldBe(0);
    }

    [Fact]
    public async Task A_tampered_event_parks_its_own_stream_and_no_other()
    {
        await using TestDatabase database = await TestPostgres.CreateDatabase("diary", Diary.Types, keys: house.Keys.ForLogs);
        await using var store = new PostgresEventStore(database.Log, TimeProvider.System);
        Guid good = Guid.CreateVersion7(), bad = Guid.CreateVersion7();
        await Append(store, bad, Diary.Written(someone, somebodyElse, "bad"));
        await Append(store, good, Diary.Written(someone, somebodyElse, "good"));
        await database.Execute(
            $"""
            alter table log.mt_events disable trigger wya_append_only;
            update log.mt_events set data = jsonb_set(data, array['title'], (select data->'day' from log.mt_events where stream_id = '{bad}')) where stream_id = '{bad}';
            alter table log.mt_events enable always trigger wya_append_only
            """);
        List<Guid> seen = [];
        var consumer = Consumer.Of("Reader", database.Log, database.Log, recorded => (_, _) =>
        {
            seen.Add(recorded.StreamId);
            return Task.CompletedTask;
        });
        await using var daemon = new ProjectionDaemon([consumer], TimeProvider.System, DaemonHouse.Fast);
        daemon.Start();
        await Eventually.Is(() => seen.Contains(good), "the other stream goes on");
        seen.ShouldNotContain(bad);
        await Eventually.Is(
            async () => await database.Scalar<long>("select count(*) from log.wya_parked_streams where error like 'TamperedValueException%'") == 1, "it is parked");
    }

    private static Task<AppendOutcome> Append(PostgresEventStore store, Guid stream, object fact) => store.Append(new Append(
        CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, "diary", ExpectedVersion.Any, [fact])));

    private static async Task SetConnections(TestKeys keys, bool allowed)
    {
        await using var connection = new NpgsqlConnection(TestPostgres.AdminConnectionString);
        await connection.OpenAsync();
        string name = new NpgsqlConnectionStringBuilder(keys.ConnectionString).Database!;
        await using var command = new NpgsqlCommand(
            $"alter database {name} allow_connections {allowed}; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'", connection);
        await command.ExecuteNonQueryAsync();
    }

    private Task<long> InDatabase(string text) => house.Database.Scalar<long>(
        $"select (select count(*) from log.mt_events e where e::text like '%{text}%') + (select count(*) from log.mt_streams s where s::text like '%{text}%')");
}
