using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.EventStore;
using Xunit;

namespace Wya.Domain.Tests.Presence;

/// <summary>Who sees what of whom.</summary>
public sealed class SightTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);
    private static readonly Guid Room = new("0197a3c8-8d11-7f3a-8f0e-2b7d5c9a6e42");
    private static readonly KnownPlace Here = new(Cell.Parse("u33dc0c")!.Value, 0.9, Noon, Noon);
    private static readonly PresenceSnapshot Chatting = new(PresenceStatus.Online, Activity.Chatting, LocationTier.Immediate, Room, Noon);

    [Fact]
    [Trait("seed", "2.S1")]
    public void The_key_holds_what_the_specification_says_and_nothing_else()
    {
        JsonSerializer.Serialize(Chatting, EventJson.Options).ShouldBe(
            """{"status":"online","activity":"chatting","location_tier":"immediate","room_id":"0197a3c8-8d11-7f3a-8f0e-2b7d5c9a6e42","updated_at":"2026-06-15T12:00:00+00:00"}""");
        JsonSerializer.Serialize(new PresenceSnapshot(PresenceStatus.Away, Activity.Idle, null, null, Noon), EventJson.Options).ShouldBe(
            """{"status":"away","activity":"idle","room_id":null,"updated_at":"2026-06-15T12:00:00+00:00"}""");
    }

    [Fact]
    public void A_friend_sees_all_of_it_and_a_stranger_activity_and_a_tier()
    {
        Seen friend = Look(Acquaintance.Friend, AgeLayer.Adult, PrivacyLevel.Precise), stranger = Look(Acquaintance.Stranger, AgeLayer.Adult, PrivacyLevel.Precise);

        friend.ShouldBe(new Seen(PresenceStatus.Online, Activity.Chatting, LocationTier.Immediate, Room));
        stranger.ShouldBe(new Seen(null, Activity.Chatting, LocationTier.Nearby, null));
        Look(Acquaintance.Friend, AgeLayer.Adult, PrivacyLevel.General).LocationTier.ShouldBe(LocationTier.Local);
        Look(Acquaintance.Friend, AgeLayer.Adult, PrivacyLevel.Hidden).LocationTier.ShouldBeNull();
    }

    [Fact]
    public void Apart_and_invisible_and_offline_look_the_same()
    {
        foreach (AgeLayer layer in Enum.GetValues<AgeLayer>())
        {
            Look(Acquaintance.Apart, layer, PrivacyLevel.Precise).ShouldBe(Seen.Nothing);
            Look(Acquaintance.Stranger, layer, PrivacyLevel.Precise, isInvisible: true).ShouldBe(Seen.Nothing);
            Look(Acquaintance.Stranger, layer, PrivacyLevel.Precise, isThere: false).ShouldBe(Seen.Nothing);
            Look(Acquaintance.Friend, layer, PrivacyLevel.Precise, isInvisible: true).ShouldBe(Seen.Offline);
            Look(Acquaintance.Friend, layer, PrivacyLevel.Precise, isThere: false).ShouldBe(Seen.Offline);
        }
    }

    [Fact]
    public void Minors_are_placed_for_this_stay_only_never_finer_than_local_and_for_friends_alone()
    {
        var minor = PresencePolicy.For(AgeLayer.Minor);
        foreach (PrivacyLevel level in Enum.GetValues<PrivacyLevel>())
        {
            Visibility person = Visibility.Default(AgeLayer.Minor) with { Level = level, LocationWasTurnedOn = true };
            person.Finest(minor, locationIsOn: false).ShouldBeNull();
            person.Finest(minor, locationIsOn: true).ShouldBe(level == PrivacyLevel.Hidden ? null : LocationTier.Local);
            Look(Acquaintance.Stranger, AgeLayer.Minor, level).ShouldBe(Seen.Nothing);
            Look(Acquaintance.Friend, AgeLayer.Minor, level).LocationTier.ShouldBe(level == PrivacyLevel.Hidden ? null : LocationTier.Local);
        }
    }

    [Fact]
    public void Transitional_people_are_placed_once_they_have_turned_it_on_and_adults_until_they_turn_it_off()
    {
        var transitional = PresencePolicy.For(AgeLayer.Transitional);
        var adult = PresencePolicy.For(AgeLayer.Adult);

        Visibility.Default(AgeLayer.Transitional).Finest(transitional, true).ShouldBeNull();
        (Visibility.Default(AgeLayer.Transitional) with { LocationWasTurnedOn = true }).Finest(transitional, false).ShouldBe(LocationTier.Local);
        Visibility.Default(AgeLayer.Adult).Finest(adult, false).ShouldBe(LocationTier.Local);
        (Visibility.Default(AgeLayer.Adult) with { LocationIsOff = true }).Finest(adult, true).ShouldBeNull();
        (Visibility.Default(AgeLayer.Adult) with { Level = PrivacyLevel.Precise }).Finest(adult, false).ShouldBe(LocationTier.Immediate);
    }

    [Fact]
    public void An_operator_can_tighten_and_never_loosen()
    {
        foreach (AgeLayer layer in Enum.GetValues<AgeLayer>())
        {
            var policy = PresencePolicy.For(layer);
            policy.TightenedTo(LocationTier.Immediate).ShouldBe(policy);
            policy.TightenedTo(null).FinestForFriends.ShouldBeNull();
            (policy.TightenedTo(LocationTier.City).FinestForFriends ?? LocationTier.City).ShouldBe(LocationTier.City);
        }

        PresencePolicy.For(AgeLayer.Minor).TightenedTo(LocationTier.Immediate).FinestForStrangers.ShouldBeNull();
    }

    [Fact]
    public void The_tier_between_two_is_of_their_cells_and_of_the_coarser_of_the_two()
    {
        Tier("u33dc0c", "u33dc0c").ShouldBe(LocationTier.Immediate);
        Tier("u33dc0c", "u33dc0b").ShouldBe(LocationTier.Immediate); // next door
        Tier("u33dc0c", "u33dc05").ShouldBe(LocationTier.Nearby);
        Tier("u33dc0c", "u33db").ShouldBe(LocationTier.Local);
        Tier("u33dc0c", "u33d").ShouldBe(LocationTier.City);
        Tier("u33dc0c", "ezs4").ShouldBeNull();
        Proximity.Between(Here, null, LocationTier.Immediate, Noon).ShouldBeNull();
        Proximity.Between(Here, Here, null, Noon).ShouldBeNull();
    }

    [Fact]
    public void The_liveliest_device_speaks_for_its_person()
    {
        Stay stay = Stay.Empty
            .With(new PresentDevice("desk", PresenceStatus.Online, Activity.Idle, null, Noon), Lifetime)
            .With(new PresentDevice("phone", PresenceStatus.Online, Activity.Chatting, Room, Noon.AddSeconds(1)), Lifetime)
            .With(new PresentDevice("watch", PresenceStatus.Away, Activity.Browsing, null, Noon.AddSeconds(2)), Lifetime);

        PresenceSnapshot merged = stay.Merged(Noon.AddSeconds(2), Lifetime)!;
        (merged.Status, merged.Activity, merged.RoomId, merged.UpdatedAt).ShouldBe((PresenceStatus.Online, Activity.Chatting, Room, Noon.AddSeconds(2)));
        stay.Without("phone").Merged(Noon.AddSeconds(2), Lifetime)!.Activity.ShouldBe(Activity.Idle);
        stay.Merged(Noon.AddSeconds(92), Lifetime).ShouldBeNull();
        for (int i = 0; i < 20; i++)
        {
            stay = stay.With(new PresentDevice($"one more {i}", PresenceStatus.Online, Activity.Idle, null, Noon), Lifetime);
        }

        stay.Devices.Count.ShouldBe(Stay.DevicesMax);
    }

    [Fact]
    public void Each_change_has_its_event()
    {
        Types(null, Chatting).ShouldBe(["presence.joined", "presence.room_entered"]);
        Types(Chatting, null).ShouldBe(["presence.room_exited", "presence.left"]);
        Types(Chatting, Chatting with { RoomId = Guid.Empty }).ShouldBe(["presence.room_exited", "presence.room_entered"]);
        Types(Chatting, Chatting with { LocationTier = LocationTier.City }).ShouldBe(["presence.moved_tier"]);
        Types(Chatting, Chatting with { Activity = Activity.Idle }).ShouldBe(["presence.activity_changed"]);
        Types(Chatting, Chatting with { UpdatedAt = Noon.AddMinutes(1) }).ShouldBeEmpty();
        PresenceEvent moved = PresenceChange.Between(
            new UserId(Room),
            Of(Chatting),
            new Present(Chatting, Stay.Empty with { Place = Here with { Cell = Cell.Parse("u33dbxx")!.Value } }),
            LocationTier.Nearby,
            Noon).ShouldHaveSingleItem();
        (moved.Type, moved.Cell).ShouldBe(("presence.moved_tier", "u33dbx"));
    }

    private static Seen Look(Acquaintance acquaintance, AgeLayer layer, PrivacyLevel level, bool isInvisible = false, bool isThere = true) => Sight.Of(
        acquaintance,
        new Visibility(layer, level, isInvisible, LocationIsOff: false, LocationWasTurnedOn: true),
        PresencePolicy.For(layer),
        isThere ? Chatting : null,
        isThere ? Here : null,
        Here,
        Noon);

    private static LocationTier? Tier(string one, string other) => Proximity.Between(
        Here with { Cell = Cell.Parse(one)!.Value }, Here with { Cell = Cell.Parse(other)!.Value }, LocationTier.Immediate, Noon);

    private static IEnumerable<string> Types(PresenceSnapshot? before, PresenceSnapshot? after) =>
        PresenceChange.Between(new UserId(Room), Of(before), Of(after), LocationTier.Nearby, Noon).Select(one => one.Type);

    private static Present? Of(PresenceSnapshot? snapshot) => snapshot is null ? null : new Present(snapshot, Stay.Empty with { Place = Here });
}
