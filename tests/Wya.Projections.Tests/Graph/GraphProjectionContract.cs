using System.Diagnostics.Metrics;
using System.Text.Json;
using Shouldly;
using StackExchange.Redis;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.Projections.Graph;
using Wya.Projections.Redis;
using Wya.Projections.Tests.Redis;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>What holds for graph projections on every Redis.</summary>
public abstract class GraphProjectionContract<TSite>(GraphProjectionHouse<TSite> house) : IClassFixture<GraphProjectionHouse<TSite>>
    where TSite : IRedisSite, new()
{
    protected GraphProjectionHouse<TSite> House => house;

    [Fact, Trait("seed", "3.S2"), Trait("seed", "K2"), Trait("seed", "T3")]
    public async Task It_lies_in_Redis_as_the_specification_has_it()
    {
        UserId[] people = await house.Register(4);
        UserId self = people[0], friend = people[1], follower = people[2], blocked = people[3];
        await house.Edge(new FriendAdded(friend, self));
        await house.Edge(new FollowAdded(follower, self));
        await house.Edge(new UserBlocked(self, blocked));
        await house.UntilKept(self, kept => kept is { Friends.Count: 1, Followers.Count: 1, Blocks.Count: 1 }, "it is made"); // and nobody has asked

        using JsonDocument json = JsonDocument.Parse((await house.Kept(self))!);
        json.RootElement.EnumerateObject().Select(property => property.Name).ShouldBe(["friends", "followers", "blocks", "trust_score", "updated_at"]);
        json.RootElement.GetProperty("friends")[0].GetGuid().ShouldBe(friend.Value);
        json.RootElement.GetProperty("followers")[0].GetGuid().ShouldBe(follower.Value);
        json.RootElement.GetProperty("blocks")[0].GetGuid().ShouldBe(blocked.Value);
        json.RootElement.GetProperty("trust_score").GetDouble().ShouldBe(0.5);
        json.RootElement.GetProperty("updated_at").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        GraphProjection.Key(self).ShouldBe($"graph_projection:{{{self.Value}}}");
        TimeSpan? left = await house.Cache.Ask(database => database.KeyTimeToLiveAsync(GraphProjection.Key(self)));
        left!.Value.ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        (await house.Projections.Of(blocked)).Projection!.Blocks.ShouldBeEmpty(); // nobody learns who has blocked them
    }

    [Fact, Trait("seed", "3.2"), Trait("seed", "W3"), Trait("seed", "C5")]
    public async Task What_happens_reaches_both_ends_by_itself()
    {
        UserId[] people = await house.Register(2);
        UserId one = people[0], other = people[1];
        await house.Edge(new FriendAdded(one, other));
        await UntilFriends(one, other);
        await UntilFriends(other, one);
        await house.Edge(new UserBlocked(other, one));
        await UntilFriends(one);
        await house.UntilKept(other, kept => kept is { Friends: [], Blocks: [var blocked] } && blocked == one.Value, "the block is in it");
        await house.Edge(new UserUnblocked(other, one));
        await house.UntilKept(other, kept => kept is { Friends: [], Blocks: [] }, "the block is out of it");
    }

    [Fact, Trait("seed", "3.2")]
    public async Task Birthdays_bans_and_erasures_reach_everybody_around()
    {
        UserId[] people = await house.Register(3);
        UserId self = people[0], friend = people[1], gone = people[2];
        await house.Edge(new FriendAdded(self, friend));
        await house.Edge(new FriendAdded(gone, self));
        await UntilFriends(self, friend, gone);

        await house.Identity(friend, new AgeLayerChanged(AgeLayer.Adult, AgeLayer.Transitional)); // layers only rise; here any other will do
        await UntilFriends(self, gone);
        await UntilFriends(friend);
        await house.Identity(friend, new AgeLayerChanged(AgeLayer.Transitional, AgeLayer.Adult));
        await UntilFriends(self, friend, gone);
        await UntilFriends(friend, self);

        await house.Identity(friend, new UserBanned(new Sensitive<string>(friend.Value, "Spam.")));
        await UntilFriends(self, gone);
        await house.Identity(gone, new UserErased());
        await UntilFriends(self);
        await house.UntilKept(gone, kept => kept is null, "nothing of the erased one is left");
        (await house.Projections.Of(gone)).Projection.ShouldBeNull();
    }

    [Fact, Trait("seed", "R3")]
    public async Task A_missing_one_is_made_once_however_many_ask()
    {
        UserId[] people = await house.Register(2);
        await house.Edge(new FriendAdded(people[0], people[1]));
        await UntilFriends(people[0], people[1]);
        house.Site.FlushAll();

        long made = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, meters) =>
        {
            if (instrument.Name == "wya.graph_projections.misses")
            {
                meters.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref made, count));
        listener.Start();
        FoundProjection[] found = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => house.Projections.Of(people[0])));
        found.ShouldAllBe(one => !one.IsDegraded && one.Projection!.Friends.Single() == people[1].Value);
        Interlocked.Read(ref made).ShouldBeInRange(1, 20);

        (var several, bool isDegraded) = await house.Projections.Of([people[0], people[1], new UserId(Guid.NewGuid())]);
        isDegraded.ShouldBeFalse();
        several.Keys.ShouldBe([people[0].Value, people[1].Value], ignoreOrder: true);
        (await house.Kept(people[1])).ShouldNotBeNull();
    }

    /// <summary>While Redis is away the rows answer, and say so; a Redis that comes back with what it held long ago is not believed.</summary>
    [Fact, Trait("seed", "R3"), Trait("seed", "C5")]
    public async Task Without_Redis_the_rows_answer_and_what_is_back_in_time_counts_for_nothing()
    {
        UserId[] people = await house.Register(2);
        UserId self = people[0], friend = people[1];
        await house.Edge(new FriendAdded(self, friend));
        await UntilFriends(self, friend);
        RedisKey[] keys = [GraphProjection.Key(self), $"{GraphProjection.Key(self)}:version"];
        RedisValue[] old = await house.Cache.Ask(database => database.StringGetAsync(keys));

        await house.Site.Lose();
        await Eventually.Is(async () => (await house.Projections.Of(self)).IsDegraded || house.Site is ClusterSite, "it is noticed");
        await house.Edge(new FriendRemoved(friend, self));
        (await house.Projections.FromRows(self, isDegraded: true)).Projection!.Friends.ShouldBeEmpty();
        if (house.Site is SoloSite)
        {
            FoundProjection meanwhile = await house.Projections.Of(self);
            (meanwhile.IsDegraded, meanwhile.Projection!.Friends.Count).ShouldBe((true, 0));
            await house.Site.Restore();
        }

        await Eventually.Is(
            async () =>
            {
                try
                {
                    await house.Cache.Ask(database => Task.WhenAll(database.StringSetAsync(keys[0], old[0]), database.StringSetAsync(keys[1], old[1])));
                    return true;
                }
                catch (RedisAwayException)
                {
                    return false;
                }
            },
            "the old value is there again", house.Site.Seen);
        await Eventually.Is(async () => await house.Projections.Of(self) is { IsDegraded: false, Projection.Friends.Count: 0 }, "it is not believed", house.Site.Seen);
        await UntilFriends(self);
        if (house.Site is ClusterSite)
        {
            await house.Site.Restore();
        }
    }

    private Task UntilFriends(UserId person, params IReadOnlyList<UserId> friends) => house.UntilKept(
        person,
        kept => kept is not null && kept.Friends.Order().SequenceEqual(friends.Select(friend => friend.Value).Order()),
        $"they have {friends.Count} friends");
}

public sealed class SoloGraphProjectionTests(GraphProjectionHouse<SoloSite> house) : GraphProjectionContract<SoloSite>(house);

public sealed class ClusterGraphProjectionTests(GraphProjectionHouse<ClusterSite> house) : GraphProjectionContract<ClusterSite>(house)
{
    [Fact, Trait("seed", "H2")]
    public async Task People_are_spread_over_the_nodes_and_what_belongs_to_one_lies_on_one()
    {
        UserId[] people = await House.Register(30);
        await House.Projections.Refresh([.. people.Select(person => person.Value)]);
        IReadOnlyList<RedisInstance> nodes = House.Site.Cluster.Nodes;
        using RedisWire wire = nodes[0].AsOperator();
        int[] slots = [.. people.Select(person => Slot(wire, GraphProjection.Key(person)))];
        slots.ShouldBe(people.Select(person => Slot(wire, $"{GraphProjection.Key(person)}:version")));
        slots.ShouldBe(people.Select(person => Slot(wire, $"presence:{{{person.Value}}}")));
        slots.Select(slot => slot * 3 / 16_384).Distinct().Count().ShouldBe(3); // each of the three masters holds a third of the slots
    }

    private static int Slot(RedisWire wire, string key) => int.Parse(wire.Ask("CLUSTER", "KEYSLOT", key), System.Globalization.CultureInfo.InvariantCulture);
}
