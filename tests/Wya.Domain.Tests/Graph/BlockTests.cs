using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Graph.GraphSpec;

namespace Wya.Domain.Tests.Graph;

/// <summary>Blocks, and all else by which people do not exist for each other.</summary>
public sealed class BlockTests
{
    public static TheoryData<string> Commands { get; } = [.. GraphSpec.Commands.Keys];

    [Fact]
    public void A_block_ends_everything_between_the_two()
    {
        Edge close = Given(Friends, new FollowAdded(Mara.Id, Noor.Id), new FollowAdded(Noor.Id, Mara.Id));
        close.Block(Mara, Noor).Then(Blocked(Mara, Noor));
        Edge over = Edge.Evolve(close, Blocked(Mara, Noor));
        over.AreFriends.ShouldBeFalse();
        over.Follows.ShouldBeEmpty();
        Edge.Evolve(Given(Asked(Noor, Mara)), Blocked(Mara, Noor)).Request.ShouldBeNull();
        Edge.Evolve(over, new UserUnblocked(Mara.Id, Noor.Id)).AreFriends.ShouldBeFalse("nothing comes back");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Who_is_blocked_meets_what_they_would_meet_of_nobody(string name)
    {
        Func<Edge, Person, Person?, Decision<EdgeEvent>> command = GraphSpec.Commands[name];
        foreach (Edge before in Pasts())
        {
            Edge blocked = Edge.Evolve(before, Blocked(Mara, Noor));
            command(blocked, Noor, Mara).ThenRefused(GraphRefusals.UserNotFound);
            command(Given(), Noor, null).ThenRefused(GraphRefusals.UserNotFound);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Who_blocks_begins_nothing_while_it_stands(string name)
    {
        Decision<EdgeEvent> decided = GraphSpec.Commands[name](Given(Friends, Blocked(Mara, Noor)), Mara, Noor);
        switch (name)
        {
            case "unblock":
                decided.Then(new UserUnblocked(Mara.Id, Noor.Id));
                break;
            case "block":
                decided.ThenNothing();
                break;
            default:
                decided.ThenRefused(GraphRefusals.UserNotFound);
                break;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void People_of_another_layer_and_people_who_are_gone_are_nobody(string name)
    {
        Func<Edge, Person, Person?, Decision<EdgeEvent>> command = GraphSpec.Commands[name];
        foreach (Edge edge in Pasts())
        {
            foreach ((AgeLayer self, AgeLayer other) in new[]
                {
                    (AgeLayer.Minor, AgeLayer.Transitional), (AgeLayer.Minor, AgeLayer.Adult), (AgeLayer.Transitional, AgeLayer.Adult),
                    (AgeLayer.Transitional, AgeLayer.Minor), (AgeLayer.Adult, AgeLayer.Minor), (AgeLayer.Adult, AgeLayer.Transitional),
                })
            {
                command(edge, Mara with { AgeLayer = self }, Noor with { AgeLayer = other }).ThenRefused(GraphRefusals.UserNotFound);
            }

            command(edge, Mara, Noor with { IsThere = false }).ThenRefused(GraphRefusals.UserNotFound);
        }
    }

    [Fact]
    public void There_is_a_most_of_blocks() =>
        Given().Block(Mara with { Has = new Tally(Blocks: GraphPolicy.BlocksMax) }, Noor).ThenRefused(GraphRefusals.BlocksFull);

    [Fact]
    public void Nobody_blocks_befriends_follows_or_mutes_themselves()
    {
        foreach (string name in new[] { "request", "follow", "block", "mute", "dismiss" })
        {
            GraphSpec.Commands[name](Given(), Mara, Mara).ThenRefused(GraphRefusals.NotWithOneself);
        }
    }

    [Fact]
    public void A_mute_ends_nothing_and_is_ones_own()
    {
        Given(Friends).Mute(Mara, Noor).Then(new UserMuted(Mara.Id, Noor.Id));
        Edge muted = Given(Friends, new UserMuted(Mara.Id, Noor.Id));
        muted.AreFriends.ShouldBeTrue();
        muted.Unmute(Noor, Mara).ThenNothing();
        muted.Unmute(Mara, Noor).Then(new UserUnmuted(Mara.Id, Noor.Id));
        Given().Mute(Mara with { Has = new Tally(Mutes: GraphPolicy.MutesMax) }, Noor).ThenRefused(GraphRefusals.MutesFull);
    }

    private static IEnumerable<Edge> Pasts() =>
    [
        Given(), Given(Friends), Given(Asked(Mara, Noor)), Given(Asked(Noor, Mara)), Given(Asked(Noor, Mara), Declined(Noor, by: Mara)),
        Given(new FollowAdded(Noor.Id, Mara.Id), new FollowAdded(Mara.Id, Noor.Id)), Given(new UserMuted(Noor.Id, Mara.Id)),
        Given(new SuggestionDismissed(Noor.Id, Mara.Id)),
    ];
}
