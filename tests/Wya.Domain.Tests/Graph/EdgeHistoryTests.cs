using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Tests.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Graph.GraphSpec;

namespace Wya.Domain.Tests.Graph;

/// <summary>What holds between any two people, whatever they do, whoever has a birthday or is banned meanwhile, and in whatever order.</summary>
public sealed class EdgeHistoryTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true);

    /// <param name="IsMara">Whose wish it is.</param>
    private sealed record Wish(string Command, bool IsMara, AgeLayer Mara, AgeLayer Noor, bool AreThere)
    {
        public bool CanMeet => Mara == Noor && AreThere;

        public Decision<EdgeEvent> Decide(Edge edge)
        {
            Person mara = GraphSpec.Mara with { AgeLayer = Mara, IsThere = AreThere }, noor = GraphSpec.Noor with { AgeLayer = Noor, IsThere = AreThere };
            return GraphSpec.Commands[Command](edge, IsMara ? mara : noor, IsMara ? noor : mara);
        }
    }

    private static readonly Arbitrary<List<Wish>> AnyHistory = Gen.ListOf(
        from command in Gen.Elements(Commands.Keys.ToArray())
        from isMara in Gen.Elements(true, false)
        from mara in Gen.Elements(AgeLayer.Minor, AgeLayer.Minor, AgeLayer.Transitional)
        from noor in Gen.Elements(AgeLayer.Minor, AgeLayer.Minor, AgeLayer.Transitional)
        from there in Gen.Elements(true, true, true, true, false)
        select new Wish(command, isMara, mara, noor, there)).Select(wishes => wishes.ToList()).ToArbitrary();

    [Fact]
    public void Every_command_may_be_sent_twice_and_the_second_time_records_nothing() => ForAny((wish, before, first, after) =>
    {
        Decision<EdgeEvent> second = wish.Decide(after);
        second.Events.ShouldBeEmpty(wish.ToString());
        second.Refusal.ShouldBe(first.Refusal, wish.ToString());
    });

    [Fact]
    public void Nothing_is_ever_made_across_age_layers_or_with_somebody_who_is_gone() => ForAny((wish, before, first, after) =>
    {
        if (!wish.CanMeet)
        {
            first.Events.ShouldBeEmpty(wish.ToString());
            first.Refusal.ShouldBe(GraphRefusals.UserNotFound);
        }
    });

    [Fact]
    public void While_a_block_stands_there_is_nothing_else() => ForAny((wish, before, first, after) =>
    {
        if (!before.Blocks.IsEmpty)
        {
            first.Events.ShouldAllBe(fact => fact is UserUnblocked);
        }

        if (!after.Blocks.IsEmpty)
        {
            (after.AreFriends, after.Request, after.Follows.Count).ShouldBe((false, null, 0));
        }
    });

    [Fact]
    public void A_decision_is_at_most_one_fact_and_friends_have_no_request() => ForAny((wish, before, first, after) =>
    {
        first.Events.Count.ShouldBeLessThan(2);
        (after.AreFriends && after.Request is not null).ShouldBeFalse();
    });

    [Fact]
    public void Every_event_of_an_edge_has_its_arm()
    {
        Type[] facts = [.. typeof(EdgeEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(EdgeEvent)))];
        facts.ShouldBe(EventCatalogue.Types.All.Select(type => type.Record).Where(record => record.IsSubclassOf(typeof(EdgeEvent))), ignoreOrder: true);
        foreach (EventType type in EventCatalogue.Types.All.Where(type => facts.Contains(type.Record)))
        {
            byte[] sample = File.ReadAllBytes(Repository.PathTo("tests", "Wya.Domain.Tests", "Samples", $"{type.Name}.v{type.Version}.json"));
            var fact = (EdgeEvent)type.Read(type.Version, sample);
            Edge before = Given();
            ReferenceEquals(Edge.Evolve(before, fact), before).ShouldBeFalse(type.Name);
        }
    }

    private static void ForAny(Action<Wish, Edge, Decision<EdgeEvent>, Edge> holds) => Prop.ForAll(AnyHistory, history =>
    {
        Edge edge = Edge.Strangers;
        foreach (Wish wish in history)
        {
            Decision<EdgeEvent> decision = wish.Decide(edge);
            Edge after = Edge.Stream.Fold(edge, decision.Events);
            holds(wish, edge, decision, after);
            edge = after;
        }
    }).Check(Quietly);
}
