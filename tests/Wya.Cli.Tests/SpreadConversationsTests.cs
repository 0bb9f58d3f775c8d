using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Messaging;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class SpreadConversationsTests
{
    [Fact]
    public void As_few_slots_move_as_make_all_databases_hold_the_same_and_what_was_begun_comes_first()
    {
        string[][] states = [.. Enumerable.Range(0, 3).Select(partition => Enumerable.Repeat(partition == 0 ? "here" : "away", Slots.Count).ToArray())];
        (states[0][7], states[2][7]) = ("leaving", "coming");
        (states[0][9], states[1][9]) = ("away", "coming"); // killed before the last step

        IReadOnlyList<PlannedMove> plan = SlotPlan.Even(states);

        plan.Take(2).ShouldBe([new PlannedMove(7, 0, 2), new PlannedMove(9, -1, 1)]);
        plan.Count.ShouldBe(85 + 85);
        plan.Select(move => move.Slot).ShouldBeUnique();
        plan.Count(move => move.To == 1).ShouldBe(85);
        SlotPlan.Even([["here", "away"], ["away", "here"]]).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_moves_past_a_follower_that_stands_still_and_all_is_moved_without_it()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Dictionary<string, TestDatabase> databases = [];
        try
        {
            foreach (DomainDefinition domain in Domains.Of(2))
            {
                databases[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, new LogKeys(new MemorySubjectKeys(), new byte[32]), domain.IsChained);
            }

            Guid conversation = await Begin(databases["messaging"], slot: 255);
            (await Wya(databases, "messaging", "spread", "--dry-run", "--json")).Json.ToString().ShouldBe("{\"from\":\"messaging\",\"to\":\"messaging_1\",\"slots\":128,\"streams\":1,\"events\":1}");

            Ran refused = await Wya(databases, "messaging", "spread", "--reason", "growth");
            refused.ExitCode.ShouldBe(1);
            refused.Error.ShouldContain("TrustOfMessaging has not come up to position 1");
            refused.Error.ShouldContain("Slot 255 stays where it is");
            (await databases["messaging"].Scalar<bool>($"select log.wya_is_here('{conversation}')")).ShouldBeTrue();

            Ran moved = await Wya(
                databases, "messaging", "spread", "--reason", "growth", "--without", "TrustOfMessaging", "--without", "SignalsOfMessages", "--without", "SignalsOfRequests", "--json");
            moved.Json.ToString().ShouldBe("{\"slots\":128,\"streams\":1,\"events\":1}");
            (await databases["messaging_1"].Scalar<bool>($"select log.wya_shows('{conversation}') and exists (select from conversations where id = '{conversation}')")).ShouldBeTrue();
            (await databases["messaging"].Scalar<bool>($"select log.wya_is_here('{conversation}') or log.wya_shows('{conversation}')")).ShouldBeFalse();
            (await databases["messaging_1"].Scalar<long>("select count(*) from log.wya_operations where verb = 'move-slot' and reason = 'growth'")).ShouldBe(128);

            (await Wya(databases, "messaging", "slots", "--json")).JsonLines.Select(line => $"{line.GetProperty("log")} {line.GetProperty("here")} {line.GetProperty("streams")}")
                .ShouldBe(["messaging 128 0", "messaging_1 128 1"]);
            (await Wya(databases, "messaging", "spread")).Error.ShouldContain("Nothing to move");
        }
        finally
        {
            foreach (TestDatabase database in databases.Values)
            {
                await database.DisposeAsync();
            }
        }
    }

    private static async Task<Guid> Begin(TestDatabase database, int slot)
    {
        Guid conversation = Guid.NewGuid();
        while (Slots.Of(conversation) != slot)
        {
            conversation = Guid.NewGuid();
        }

        await using LogDatabase log = database.OpenAnother();
        await using var store = new PostgresEventStore(log, TimeProvider.System, MessagingDomain.Definition.ReadModels.Where(model => model.Inline));
        var one = new UserId(Guid.NewGuid());
        await store.Append(new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(
            conversation, "conversation", ExpectedVersion.Any, [new ConversationCreated(ConversationKind.Group, AgeLayer.Adult, one, [one], IsRequest: false)])));
        return conversation;
    }

    private static Task<Ran> Wya(Dictionary<string, TestDatabase> databases, params string[] arguments) => new Tool(
        Domains.Of(2), databases.ToDictionary(one => $"ConnectionStrings__{one.Key}", one => one.Value.ConnectionString)).Run(arguments, CancellationToken.None);
}
