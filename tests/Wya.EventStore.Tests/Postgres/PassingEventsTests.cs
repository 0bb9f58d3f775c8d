using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Postgres;

/// <summary>Events that never change the state are not loaded for a decision, and do not disturb one.</summary>
public sealed class PassingEventsTests
{
    [EventType("hall.opened")]
    public sealed record HallOpened;

    [EventType("hall.closed")]
    public sealed record HallClosed;

    [EventType("word.said")]
    public sealed record WordSaid(int Speaker);

    private sealed record Hall(bool IsOpen)
    {
        public static int Folded;

        public static StreamType<Hall, object> Stream { get; } = new("hall", new Hall(false), Evolve, passing: "word.");

        public static EventTypeMap Types { get; } = EventTypeMap.From([typeof(HallOpened), typeof(HallClosed), typeof(WordSaid)]);

        public static Decision<object> Say(Hall hall, int speaker) =>
            hall.IsOpen ? new WordSaid(speaker) : new Refusal("closed", "It is closed.", RefusalKind.Conflict);

        private static Hall Evolve(Hall hall, object fact)
        {
            Interlocked.Increment(ref Folded);
            return fact switch { HallOpened => new Hall(true), HallClosed => new Hall(false), _ => hall };
        }
    }

    [Fact]
    public async Task Those_who_record_them_in_two_processes_do_not_disturb_each_other_and_nothing_passes_what_matters()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using TestDatabase database = await TestPostgres.CreateDatabase("ledger", Hall.Types);
        await using LogDatabase another = database.OpenAnother();
        await using var here = new PostgresEventStore(database.Log, TimeProvider.System);
        await using var there = new PostgresEventStore(another, TimeProvider.System);
        var hall = Guid.NewGuid();
        await Transact(here, hall, _ => new HallOpened());
        await Transact(there, hall, state => Hall.Say(state, -1));

        int decided = 0, refused = 0;
        const int speakers = 24, words = 40;
        await Task.WhenAll(Enumerable.Range(0, speakers).Select(speaker => Task.Run(async () =>
        {
            for (int word = 0; word < words; word++)
            {
                Transacted<Hall> said = await Transact(speaker % 2 == 0 ? here : there, hall, state =>
                {
                    Interlocked.Increment(ref decided);
                    return Hall.Say(state, speaker);
                });
                Interlocked.Add(ref refused, said.Refusal is null ? 0 : 1);
            }
        })));

        refused.ShouldBe(0);
        decided.ShouldBe(speakers * words); // each once: no conflict made anybody decide again
        (await database.Scalar<long>($"select count(distinct version) from log.mt_events where stream_id = '{hall}'")).ShouldBe(2 + (speakers * words));

        // And now somebody closes it in the midst of all that.
        Task[] talking =
        [
            .. Enumerable.Range(0, speakers).Select(speaker => Task.Run(async () =>
            {
                while ((await Transact(speaker % 2 == 0 ? here : there, hall, state => Hall.Say(state, speaker))).Refusal is null)
                {
                }
            })),
        ];
        (await Transact(there, hall, _ => new HallClosed())).Refusal.ShouldBeNull();
        await Task.WhenAll(talking);
        (await database.Scalar<long>(
            $"select count(*) from log.mt_events where stream_id = '{hall}' and version > (select version from log.mt_events where stream_id = '{hall}' and type = 'hall.closed')"))
            .ShouldBe(0);
    }

    [Fact]
    public async Task They_are_not_loaded_and_a_repetition_is_answered_without_them()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using TestDatabase database = await TestPostgres.CreateDatabase("ledger", Hall.Types);
        var hall = Guid.NewGuid();
        await using (var first = new PostgresEventStore(database.Log, TimeProvider.System))
        {
            await first.Append(new Append(
                CommandMetadata.System(Guid.NewGuid()), new StreamAppend(hall, "hall", ExpectedVersion.None, [new HallOpened(), .. Enumerable.Range(0, 500).Select(n => new WordSaid(n))])));
        }

        await using LogDatabase another = database.OpenAnother();
        await using var store = new PostgresEventStore(another, TimeProvider.System);
        Hall.Folded = 0;
        var command = Guid.NewGuid();
        Transacted<Hall> said = await Transact(store, hall, state => Hall.Say(state, 1), command);
        Transacted<Hall> again = await Transact(store, hall, state => Hall.Say(state, 1), command);

        said.Version.ShouldBe(502);
        again.Earlier!.Version.ShouldBe(502);
        again.Time.ShouldBe(said.Time, TimeSpan.FromMicroseconds(1));
        Hall.Folded.ShouldBeLessThan(10);
    }

    private static Task<Transacted<Hall>> Transact(PostgresEventStore store, Guid hall, Func<Hall, Decision<object>> decide, Guid? command = null) =>
        store.Transact(Hall.Stream, hall, decide, CommandMetadata.System(command ?? Guid.NewGuid()));
}
