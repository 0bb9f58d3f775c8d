using Shouldly;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Projections.Discovery;
using Xunit;

namespace Wya.Projections.Tests.Discovery;

/// <summary>Who is around, by what is heard alone.</summary>
public sealed class TownTests
{
    private static readonly DateOnly Day = new(2026, 6, 15);
    private static readonly Facts Somebody = new(
        AgeLayer.Adult, IsBarred: false, IsInvisible: false, IsRestricted: false, DiscoveryPreferences.Default, LocationTier.Immediate, LocationTier.Nearby, TrustBand.Medium, [], []);

    private readonly SetClock clock = new();
    private readonly Talks talks;
    private readonly Town town;

    public TownTests()
    {
        talks = new Talks(clock);
        town = new Town(clock, talks);
    }

    [Fact]
    [Trait("seed", "2.3")]
    [Trait("seed", "C6")]
    public void Strangers_are_met_by_cells_no_finer_than_they_may_know_and_friends_by_their_own()
    {
        Guid viewer = Comes("u33dc0c"), near = Comes("u33dc0b"), city = Comes("u33d"), far = Comes("u281z7"), friend = Comes("u33dc0c");
        Settled(viewer, Somebody with { Friends = [friend] });
        Dictionary<Guid, Candidate> met = Around(viewer);
        met.Keys.ShouldBe([near, city, friend], ignoreOrder: true);
        (met[near].Tier, met[city].Tier, met[friend].Tier).ShouldBe((LocationTier.Nearby, LocationTier.City, LocationTier.Immediate));
        met[friend].Relation.ShouldBe(Relation.Friend);
        Around(far).ShouldBeEmpty();
    }

    [Fact]
    public void Who_has_left_fallen_silent_hidden_or_is_not_known_for_certain_is_met_by_nobody()
    {
        Guid viewer = Comes("u33dc0c"), leaves = Comes("u33dc0c"), silent = Comes("u33dc0c"), hides = Comes("u33dc0c"), changes = Comes("u33dc0c"), unknown = Guid.NewGuid();
        Hear(unknown, "u33dc0c");
        Around(viewer).Keys.ShouldBe([leaves, silent, hides, changes], ignoreOrder: true);

        clock.Advance(TimeSpan.FromSeconds(10));
        town.Hear(new PresenceEvent(PresenceEventType.Left, new UserId(leaves), clock.GetUtcNow()));
        Settled(hides, Somebody with { IsInvisible = true });
        town.Unsettle(changes);
        Around(viewer).Keys.ShouldHaveSingleItem().ShouldBe(silent);
        town.Hear(new PresenceEvent(PresenceEventType.Joined, new UserId(leaves), clock.GetUtcNow() - TimeSpan.FromSeconds(5), Snapshot(), FriendsCell: "u33dc0c"));
        Around(viewer).Keys.ShouldHaveSingleItem().ShouldBe(silent, "what was so before they left is not so again");

        clock.Advance(TimeSpan.FromMinutes(3));
        Hear(viewer, "u33dc0c");
        town.Forget(TimeSpan.FromMinutes(2));
        Around(viewer).ShouldBeEmpty();
        Settled(changes, Somebody);
        Hear(changes, "u33dc0c");
        Around(viewer).Keys.ShouldHaveSingleItem().ShouldBe(changes);
    }

    [Fact]
    public void What_was_read_before_something_changed_does_not_count()
    {
        Guid viewer = Comes("u33dc0c"), other = Guid.NewGuid();
        Hear(other, "u33dc0c");
        (Guid, int)[] asked = [.. town.Awaited(10)];
        asked.Select(one => one.Item1).ShouldContain(other);
        town.Unsettle(other);
        var read = new Dictionary<Guid, Facts> { [other] = Somebody, [viewer] = Somebody };
        town.Take(asked, read);
        Around(viewer).ShouldBeEmpty();
        asked = [.. town.Awaited(10)];
        town.Take(asked, read);
        Around(viewer).Keys.ShouldHaveSingleItem().ShouldBe(other);
    }

    [Fact]
    public void Layers_do_not_meet_and_blocks_both_ways_are_known()
    {
        Guid viewer = Comes("u33dc0c"), minor = Comes("u33dc0c"), blocked = Comes("u33dc0c"), blocker = Comes("u33dc0c");
        Settled(minor, Somebody with { AgeLayer = AgeLayer.Minor });
        Settled(viewer, Somebody with { Blocks = [blocked] });
        Settled(blocker, Somebody with { Blocks = [viewer] });
        Dictionary<Guid, Candidate> met = Around(viewer);
        met.Keys.ShouldBe([blocked, blocker], ignoreOrder: true);
        met.Values.ShouldAllBe(person => person.AreApart);
    }

    [Fact]
    public void Friends_of_friends_are_met_without_a_place_and_through_whom_is_known()
    {
        Guid viewer = Comes(null), friend = Guid.NewGuid(), other = Comes(null), stranger = Comes(null);
        Settled(viewer, Somebody with { Friends = [friend] });
        Settled(friend, Somebody with { Friends = [viewer, other] });
        Settled(other, Somebody with { Friends = [friend] });
        Proposal met = town.Around(viewer, Day).ShouldHaveSingleItem();
        (met.Candidate.Id.Value, met.Candidate.Relation, met.Via, met.Candidate.Tier).ShouldBe((other, Relation.FriendOfFriend, friend, null));
        town.Through(viewer, [other, stranger]).ShouldBe(new Dictionary<Guid, Guid> { [other] = friend });
    }

    [Fact]
    public void Of_many_a_few_are_met_the_same_for_one_viewer_and_day_and_everybody_is_met_by_somebody_as_often_as_others()
    {
        Guid[] crowd = [.. Enumerable.Range(0, 2_000).Select(_ => Comes("u33dc0c"))];
        Guid viewer = Comes("u33dc0c");
        IReadOnlyList<Proposal> once = town.Around(viewer, Day);
        once.Count.ShouldBeInRange(Town.OfTierMax - 1, Town.OfTierMax, "the viewer is one of those who are looked at, or not");
        town.Around(viewer, Day).Select(one => one.Candidate.Id).ShouldBe(once.Select(one => one.Candidate.Id), "however often one asks");

        Dictionary<Guid, int> times = crowd.ToDictionary(id => id, _ => 0);
        int looks = 0;
        foreach (Guid other in crowd.Take(400))
        {
            looks++;
            foreach (Proposal met in town.Around(other, Day))
            {
                times[met.Candidate.Id.Value == viewer ? crowd[0] : met.Candidate.Id.Value]++;
            }
        }

        double expected = (double)looks * Town.OfTierMax / crowd.Length;
        times.Values.ShouldAllBe(count => count > 0);
        times.Values.Average().ShouldBe(expected, expected / 20);
        times.Values.Max().ShouldBeLessThan((int)(3 * expected), "nobody is drawn much more often than others");
    }

    [Fact]
    public void The_same_room_lately_writing_to_each_other_and_the_quarter_of_an_hour_are_known()
    {
        var room = Guid.NewGuid();
        Guid viewer = Comes("u33dc0c", room: room), other = Comes("u33dc0c", room: room);
        var conversation = Guid.NewGuid();
        talks.Wrote(conversation, viewer, clock.GetUtcNow());
        Around(viewer)[other].IsInTalk.ShouldBeFalse("only one has written");
        talks.Wrote(conversation, other, clock.GetUtcNow());
        (Around(viewer)[other].IsInTalk, Around(viewer)[other].IsInSameRoom).ShouldBe((true, true));
        Around(viewer)[other].CameIn.ShouldBe(clock.GetUtcNow().UtcTicks / TimeSpan.FromMinutes(15).Ticks);
        clock.Advance(Talks.LastsFor);
        Hear(viewer, "u33dc0c");
        Around(viewer)[other].IsInTalk.ShouldBeFalse();
    }

    [Fact]
    public void It_is_known_when_something_last_changed_for_somebody()
    {
        Guid viewer = Comes("u33dc0c"), elsewhere = Comes("u281z7");
        DateTimeOffset then = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromMinutes(1));
        Hear(elsewhere, "u281z6");
        town.ChangedAt(viewer).ShouldBe(then, "what happens elsewhere changes nothing");
        clock.Advance(TimeSpan.FromMinutes(1));
        Comes("u33dc0c");
        town.ChangedAt(viewer).ShouldBe(clock.GetUtcNow());
        town.ChangedAt(Guid.NewGuid()).ShouldBe(DateTimeOffset.MaxValue);
    }

    private Dictionary<Guid, Candidate> Around(Guid viewer) => town.Around(viewer, Day).ToDictionary(one => one.Candidate.Id.Value, one => one.Candidate);

    private Guid Comes(string? cell, Guid? room = null)
    {
        var id = Guid.NewGuid();
        Hear(id, cell, room);
        Settled(id, Somebody);
        return id;
    }

    private void Hear(Guid id, string? cell, Guid? room = null) => town.Hear(
        new PresenceEvent(PresenceEventType.Joined, new UserId(id), clock.GetUtcNow(), Snapshot(room), FriendsCell: cell));

    private void Settled(Guid id, Facts facts) => town.Take([(id, town.VersionOf(id))], new Dictionary<Guid, Facts> { [id] = facts });

    private PresenceSnapshot Snapshot(Guid? room = null) => new(PresenceStatus.Online, Activity.Browsing, LocationTier.Immediate, room, clock.GetUtcNow());

    private sealed class SetClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan time) => now += time;
    }
}
