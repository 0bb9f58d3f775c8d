using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Tests.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Rooms.RoomSpec;

namespace Wya.Domain.Tests.Rooms;

/// <summary>What holds for every room, whatever happens to it and in whatever order.</summary>
public sealed class RoomHistoryTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(500).WithQuietOnSuccess(true);

    private static readonly Gen<(string What, int N)> Wishes =
        from what in Gen.Elements("first", "create", "publish", "roll back", "hide", "delete", "take down", "reinstate", "vote")
        from n in Gen.Choose(1, 6)
        select (what, n);

    private static readonly Arbitrary<List<(string What, int N)>> AnyHistory = Gen.ListOf(Wishes).Select(wishes => wishes.ToList()).ToArbitrary();

    [Fact]
    public void Every_command_may_be_sent_twice_and_the_second_time_records_nothing() =>
        Prop.ForAll(AnyHistory, history => Play(history, (room, wish, published, first) =>
        {
            if (wish.What is "publish")
            {
                return; // its reservation tells a publication sent again, and the log keeps its id
            }

            Decision<RoomEvent> second = Decide(room, wish, published);
            second.Events.ShouldBeEmpty(wish.ToString());
            second.Refusal.ShouldBe(first.Refusal, wish.ToString());
        })).Check(Quietly);

    [Fact]
    public void What_is_shown_was_published_and_is_not_taken_down() =>
        Prop.ForAll(AnyHistory, history => Play(history, (room, _, published, _) =>
        {
            (room.ActiveVersion == 0 || published.Contains(room.ActiveVersion)).ShouldBeTrue();
            room.TakenDown.ContainsKey(room.ActiveVersion).ShouldBeFalse();
            (room.IsDeleted && room.ActiveVersion != 0).ShouldBeFalse();
        })).Check(Quietly);

    [Fact]
    public void Every_event_of_a_room_has_its_arm_and_those_of_guests_are_named_so()
    {
        Type[] facts = [.. typeof(RoomEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RoomEvent)) && !type.IsAbstract)];
        facts.ShouldBe(
            EventCatalogue.Types.All.Select(type => type.Record).Where(record => record.IsSubclassOf(typeof(RoomEvent))), ignoreOrder: true);
        foreach (EventType type in EventCatalogue.Types.All.Where(type => facts.Contains(type.Record)))
        {
            byte[] sample = File.ReadAllBytes(Repository.PathTo("tests", "Wya.Domain.Tests", "Samples", $"{type.Name}.v{type.Version}.json"));
            var fact = (RoomEvent)type.Read(type.Version, sample);
            Room before = Given(Created());
            bool changes = !ReferenceEquals(Room.Evolve(before, fact), before);
            bool passes = type.Name.StartsWith(Room.Stream.Passing!, StringComparison.Ordinal);
            (fact is GuestEvent).ShouldBe(passes, type.Name);
            changes.ShouldBe(!passes && fact is not RoomVersionAbandoned, type.Name);
        }
    }

    [Fact]
    public void A_comparison_names_what_came_went_and_changed()
    {
        JsonObject before = Parse("""{"layout":{"columns":3},"modules":[{"id":"a","content":"x"},{"id":"b"}],"theme":{"accent":"#1"},"created_at":"t1","extra":1}""");
        JsonObject after = Parse("""{"layout":{"columns":3},"modules":[{"id":"a","content":"y"},{"id":"c"}],"theme":{"accent":"#2","background":"#3"},"created_at":"t2"}""");

        VersionDifference found = CompareVersions.Between(before, after);

        found.ModulesAdded.Select(module => module["id"]!.ToString()).ShouldBe(["c"]);
        found.ModulesRemoved.Select(module => module["id"]!.ToString()).ShouldBe(["b"]);
        found.ModulesChanged.Select(module => (module.Id, module.Members.Single().Name)).ShouldBe([("a", "content")]);
        found.Layout.ShouldBeEmpty();
        found.Theme.Select(member => (member.Name, member.Before?.ToString(), member.After?.ToString())).ShouldBe([("accent", "#1", "#2"), ("background", null, "#3")]);
        found.Other.Select(member => member.Name).ShouldBe(["extra"]);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static void Play(List<(string What, int N)> history, Action<Room, (string What, int N), HashSet<int>, Decision<RoomEvent>> look)
    {
        Room room = Room.NotCreated;
        HashSet<int> published = [];
        foreach ((string What, int N) wish in history)
        {
            Decision<RoomEvent> decision = Decide(room, wish, published);
            room = Room.Stream.Fold(room, decision.Events);
            published.UnionWith(decision.Events.OfType<RoomVersionPublished>().Select(fact => fact.Version));
            look(room, wish, published, decision);
        }
    }

    private static Decision<RoomEvent> Decide(Room room, (string What, int N) wish, HashSet<int> published) => wish.What switch
    {
        "first" => CreateRoom.DecideFirst(room, Mara.Id, Mara.AgeLayer),
        "create" => CreateRoom.Decide(room, new CreateRoom(), Mara, 0, Now),
        "publish" => PublishVersion.Decide(room, new PublishVersion(published.Count + 1, "00", 2, Mara.Id)),
        "roll back" => RollBackRoom.Decide(room, new RollBackRoom(wish.N), published.Contains(wish.N), Own),
        "hide" => ChangeVisibility.Decide(room, new ChangeVisibility((RoomVisibility)(wish.N % 3)), Own),
        "delete" => wish.N == 6 ? DeleteRoom.Decide(room, Own) : Decision<RoomEvent>.Nothing,
        "take down" => TakeDownVersion.Decide(
            room,
            new TakeDownVersion(wish.N, Guid.Empty, Why),
            published.Contains(wish.N),
            published.Where(version => version < wish.N && !room.TakenDown.ContainsKey(version)).DefaultIfEmpty(0).Max(),
            Moderator),
        "reinstate" => ReinstateVersion.Decide(room, new ReinstateVersion(wish.N), Moderator),
        "vote" => VoteInPoll.Decide(room, new VoteInPoll("poll-1", wish.N % 3), Of(Noor), Guests, wish.N % 3, Now),
        _ => throw new ArgumentOutOfRangeException(nameof(wish)),
    };
}
