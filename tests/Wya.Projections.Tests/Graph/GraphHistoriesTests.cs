using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>Whatever people do, whoever has a birthday or is banned meanwhile: what is shown is what the streams say, of one layer.</summary>
public sealed class GraphHistoriesTests(GraphHouse house) : IClassFixture<GraphHouse>
{
    private const int Steps = 250;

    private static readonly Func<Edge, Pair, Decision<EdgeEvent>>[] Commands =
    [
        (edge, pair) => RequestFriendship.Decide(edge, pair, DateTimeOffset.UnixEpoch),
        (edge, pair) => RequestFriendship.Decide(edge, pair, DateTimeOffset.UnixEpoch),
        (edge, pair) => RequestFriendship.Decide(edge, pair, DateTimeOffset.UnixEpoch),
        (edge, pair) => DeclineFriendRequest.Decide(edge, pair, DateTimeOffset.UnixEpoch),
        CancelFriendRequest.Decide, AcceptFriendRequest.Decide, RemoveFriend.Decide, Follow.Decide, Follow.Decide, Unfollow.Decide,
        RemoveFollower.Decide, BlockUser.Decide, UnblockUser.Decide, MuteUser.Decide, DismissSuggestion.Decide,
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [Trait("seed", "C2")]
    [Trait("seed", "W3")]
    [Trait("seed", "3.1")]
    [Trait("seed", "T3")]
    public async Task Nobody_is_ever_shown_an_edge_across_layers_and_it_comes_back_when_they_match(int seed)
    {
        var random = new Random(seed);
        Dictionary<UserId, string> people = [];
        HashSet<UserId> gone = [];
        for (int i = 0; i < 5; i++)
        {
            people[await house.Somebody()] = "minor";
        }

        UserId[] all = [.. people.Keys];
        Dictionary<(UserId, UserId), Edge> edges = [];
        int shownApart = 0, shown = 0;
        for (int step = 0; step < Steps; step++)
        {
            UserId self = all[random.Next(all.Length)], other = all.Where(one => one != self).ElementAt(random.Next(all.Length - 1));
            switch (random.Next(10))
            {
                case 0:
                    people[self] = people[self] == "minor" ? "transitional" : "minor"; // either way: it is the match that counts
                    await house.Becomes(self, $"age_layer = '{people[self]}'");
                    break;
                case 1 when gone.Count == 0 || !gone.Remove(self):
                    gone.Add(self);
                    await house.Becomes(self, "status = 'banned'");
                    break;
                case 1:
                    await house.Becomes(self, "status = 'active'");
                    break;
                default:
                    Transacted<Edge> done = await house.Do(self, other, Commands[random.Next(Commands.Length)]);
                    edges[Key(self, other)] = done.State;
                    if (people[self] != people[other] || gone.Contains(other))
                    {
                        done.Recorded.ShouldBe(0);
                    }

                    break;
            }

            foreach (UserId one in new[] { self, other })
            {
                GraphView view = await GraphViews.Of(house.Log, one, Ct);
                view.ShouldBeEquivalentTo(Expected(one, meets: who => people[who] == people[one] && !gone.Contains(who)));
                shownApart += view.Friends.Concat(view.Followers).Concat(view.Blocks).Count(who => people[new UserId(who)] != people[one]);
                shown += view.Friends.Count + view.Followers.Count;
            }
        }

        shownApart.ShouldBe(0);
        shown.ShouldBeGreaterThan(50, "a history in which nothing happens shows nothing");
        await Rebuilt();
        foreach (UserId one in all)
        {
            await house.Becomes(one, "age_layer = 'adult', status = 'active'");
        }

        foreach (UserId one in all)
        {
            (await GraphViews.Of(house.Log, one, Ct)).ShouldBeEquivalentTo(Expected(one, meets: _ => true));
        }

        GraphView Expected(UserId one, Func<UserId, bool> meets)
        {
            Guid[] Of(Func<Edge, UserId, bool> holds) =>
                [.. all.Where(who => who != one && meets(who) && edges.TryGetValue(Key(one, who), out Edge? edge) && holds(edge, who))
                    .Select(who => who.Value).OrderBy(id => id.ToString("n"), StringComparer.Ordinal)];
            return new GraphView(Of((edge, _) => edge.AreFriends), Of((edge, who) => edge.Follows.Contains(who)), Of((edge, _) => edge.Blocks.Contains(one)));
        }
    }

    [Fact]
    public async Task Who_has_blocked_whom_is_decided_whatever_else_they_are()
    {
        UserId one = await house.Somebody(), other = await house.Somebody(), third = await house.Somebody();
        (await house.Do(one, other, BlockUser.Decide)).Recorded.ShouldBe(1);
        (await GraphViews.Meet(house.Log, other, third, Ct)).ShouldBeTrue();
        (await GraphViews.Meet(house.Log, other, one, Ct)).ShouldBeFalse();
        await house.Becomes(other, "age_layer = 'adult'");

        (await GraphViews.Of(house.Log, one, Ct)).Blocks.ShouldBeEmpty();
        (await GraphViews.ApartFrom(house.Log, one, Ct)).ShouldBe([other.Value]);
        (await GraphViews.ApartFrom(house.Log, other, Ct)).ShouldBe([one.Value]);
        (await GraphViews.Meet(house.Log, other, third, Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task Limits_count_what_there_is()
    {
        UserId one = await house.Somebody(), other = await house.Somebody(), third = await house.Somebody();
        await house.Do(one, other, (edge, pair) => RequestFriendship.Decide(edge, pair, DateTimeOffset.UnixEpoch));
        await house.Do(one, third, Follow.Decide);
        await house.Do(one, third, MuteUser.Decide);
        await house.Do(one, await house.Somebody(), BlockUser.Decide);
        (await Pairs.Read(house.Log, one, other, Ct)).Pair!.Self.Has.ShouldBe(new Tally(Friends: 0, Following: 1, Blocks: 1, Mutes: 1, Requests: 1));
        await house.Do(other, one, AcceptFriendRequest.Decide);
        Pair pair = (await Pairs.Read(house.Log, other, one, Ct)).Pair!;
        (pair.Self.Has.Friends, pair.Other!.Has.Friends, pair.Other.Has.Requests).ShouldBe((1, 1, 0));
    }

    /// <summary>With its foreign keys, which lead to a table of the same read model.</summary>
    private async Task Rebuilt()
    {
        IReadOnlyList<ReadModel> models = GraphHouse.Definition.ReadModels;
        var rebuilds = new Rebuilds(house.Log, models, TimeProvider.System);
        (await rebuilds.Request("Edges", "test", ct: Ct)).Refusal.ShouldBeNull();
        (await new RebuildWorker(house.Log, models, TimeProvider.System).RunOnce(Ct)).ShouldBeTrue();
        RebuildJob job = (await rebuilds.Show("Edges", Ct)).ShouldNotBeNull();
        (job.State, job.RowsDiffering).ShouldBe((RebuildState.Done, 0), job.Explanation);
    }

    private static (UserId, UserId) Key(UserId one, UserId other) => one.Value.CompareTo(other.Value) < 0 ? (one, other) : (other, one);
}
