using System.Collections.Concurrent;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Projections.Presence;
using Wya.Projections.Redis;
using Wya.Testing;
using Xunit;
using static Wya.Api.Tests.PresenceSteps;

namespace Wya.Api.Tests;

/// <summary>Who is around, over HTTP and live, on two nodes.</summary>
public sealed class PresenceTests(PresenceHouse house) : IClassFixture<PresenceHouse>
{
    [Fact]
    [Trait("seed", "2.S1")]
    [Trait("seed", "R2")]
    [Trait("seed", "W2")]
    public async Task Friends_see_status_activity_tier_and_room_and_strangers_activity_and_tier()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        Person kim = await api.NewPerson();
        await api.HeardFromIdentity();
        var room = Guid.NewGuid();
        Answer beat = await mara.Beat(new { activity = "chatting", room_id = room, position = new { latitude = 52.52, longitude = 13.405, source = "gps" } });
        await noor.Beat(At(52.52, 13.405));
        await kim.Beat(new { position = new { cell = "u33d", source = "manual" } });

        (beat.Status, beat.Header("Wya-Degraded")).ShouldBe((204, null));
        Answer friend = await noor.Sees(mara.Id), stranger = await kim.Sees(mara.Id), elsewhere = await new Person(noor.Id, "", noor.At(house.Other)).Sees(mara.Id);
        friend.Text.ShouldBe($$"""{"user_id":"{{mara.Id}}","status":"online","activity":"chatting","location_tier":"local","room_id":"{{room}}"}""");
        elsewhere.Text.ShouldBe(friend.Text);
        await Eventually.Is(async () => (stranger = await kim.Sees(mara.Id)).Text.Contains("activity", StringComparison.Ordinal), "the graph knows the stranger");
        stranger.Text.ShouldBe($$"""{"user_id":"{{mara.Id}}","activity":"chatting","location_tier":"city"}""");
        Answer mine = await Undegraded(() => mara.Client.Send("GET", "/me/presence"));
        mine.Json.GetProperty("friends_see").GetProperty("location_tier").GetString().ShouldBe("local");
        mine.Json.GetProperty("strangers_see").TryGetProperty("status", out _).ShouldBeFalse();
        Answer list = await Undegraded(() => noor.Client.Send("GET", "/me/friends/presence"));
        list.Json.GetProperty("items").EnumerateArray().ShouldHaveSingleItem().GetRawText().ShouldBe(friend.Text);
        (await noor.Client.Send("GET", "/me/friends/presence?limit=0")).Problem.ShouldBe("cursor-malformed");
    }

    [Fact]
    [Trait("seed", "A2")]
    public async Task Invisible_blocked_of_another_layer_gone_and_nobody_look_alike()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        Person minor = await api.NewPerson(15), stranger = await api.NewPerson();
        await api.HeardFromIdentity();
        foreach (Person one in (Person[])[mara, minor, stranger])
        {
            await one.Beat(At(52.52, 13.405, more: true));
        }

        (await mara.Choose("general", invisible: true)).Status.ShouldBe(204);
        (await noor.Sees(mara.Id)).Text.ShouldBe($$"""{"user_id":"{{mara.Id}}","status":"offline"}""");
        string Shape(Answer answer, Guid person) => answer.Status + answer.Text.Replace(person.ToString(), "", StringComparison.Ordinal);
        var nobody = Guid.NewGuid();
        string gone = Shape(await noor.Sees(nobody), nobody);
        Shape(await stranger.Sees(mara.Id), mara.Id).ShouldBe(gone);
        Shape(await noor.Sees(minor.Id), minor.Id).ShouldBe(gone);
        Shape(await minor.Sees(noor.Id), noor.Id).ShouldBe(gone);

        (await mara.Choose("general")).Status.ShouldBe(204);
        (await noor.Sees(mara.Id)).Text.ShouldContain("online");
        (await mara.Client.Send("PUT", $"/me/blocks/{noor.Id}", key: Requests.NewKey())).Status.ShouldBeInRange(200, 204);
        Shape(await noor.Sees(mara.Id), mara.Id).ShouldBe(gone, "with the very next request");
        Shape(await mara.Sees(noor.Id), noor.Id).ShouldBe(gone);
        (await noor.Client.Send("GET", "/me/friends/presence")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);

        (await stranger.Client.Send("DELETE", "/me/presence")).Status.ShouldBe(204);
        (await stranger.Client.Send("DELETE", "/me/presence")).Status.ShouldBe(204);
        Shape(await noor.Sees(stranger.Id), stranger.Id).ShouldBe(gone);
        house.Keys().ShouldNotContain($"presence:{{{stranger.Id}}}");
    }

    [Fact]
    public async Task A_minors_location_is_on_for_one_stay_and_for_friends_alone()
    {
        (ApiHost api, Person one, Person other) = await Friends(15);
        Person stranger = await api.NewPerson(15);
        await api.HeardFromIdentity();
        await stranger.Beat(At(52.52, 13.405, more: true));
        await other.Beat(At(52.52, 13.405, more: true));

        (await one.Choose("precise", location: true)).Problem.ShouldBe("location-each-stay");
        (await one.Choose("precise")).Status.ShouldBe(204);
        await one.Beat(At(52.52, 13.405));
        (await other.Sees(one.Id)).Text.ShouldNotContain("tier", Case.Sensitive, "off until it is turned on");
        await one.Beat(At(52.52, 13.405, more: true));
        (await other.Sees(one.Id)).Text.ShouldContain("\"location_tier\":\"local\"");
        (await stranger.Sees(one.Id)).Text.ShouldNotContain("activity");

        await one.Client.Send("DELETE", "/me/presence");
        await one.Beat(At(52.52, 13.405));
        (await other.Sees(one.Id)).Text.ShouldNotContain("tier", Case.Sensitive, "off again with the end of the stay");
    }

    [Fact]
    public async Task Transitional_people_turn_it_on_once_and_who_shares_less_is_coarser_at_once()
    {
        (_, Person one, Person other) = await Friends(20);
        await other.Choose("precise", location: true);
        await other.Beat(At(52.52, 13.405));
        await one.Beat(At(52.52, 13.405));
        (await other.Sees(one.Id)).Text.ShouldNotContain("tier");

        await one.Choose("precise", location: true);
        await one.Beat(At(52.52, 13.405));
        (await other.Sees(one.Id)).Text.ShouldContain("\"location_tier\":\"immediate\"");
        await one.Choose("general");
        (await other.Sees(one.Id)).Text.ShouldContain("\"location_tier\":\"local\"");
        await one.Choose("hidden");
        (await other.Sees(one.Id)).Text.ShouldNotContain("tier");
        house.Redis.AsOperator().Ask("GET", $"presence_stay:{{{one.Id}}}").ShouldNotContain("cell");
    }

    [Fact]
    public async Task Connected_friends_are_told_on_whichever_node_and_strangers_are_not()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        Person stranger = await api.NewPerson();
        await api.HeardFromIdentity();
        await using LiveClient friend = await LiveClient.Stream(noor.At(house.Other));
        await using LiveClient other = await LiveClient.Stream(stranger.Client);
        await using LiveClient own = await LiveClient.Connect(api, mara.TokenOf());

        await own.Say("""{"type":"presence","activity":"chatting","position":{"latitude":52.52,"longitude":13.405,"source":"gps"}}""");
        await friend.Hears(frame => frame.Type == "presence.changed" && frame.Text.Contains("chatting", StringComparison.Ordinal), "a friend comes");
        await own.Say("""{"type":"presence","status":"offline"}""");
        await friend.Hears(frame => frame.Type == "presence.changed" && frame.Text.Contains("offline", StringComparison.Ordinal), "a friend goes");

        friend.Frames.ShouldAllBe(frame => frame.Type != "presence.changed" || frame.Id == null);
        other.Events.ShouldBeEmpty();
        await own.Say("""{"type":"presence","position":{"latitude":152.52,"longitude":13.405,"source":"gps"}}""");
        await Eventually.Is(() => own.HasEnded, "what is not understood ends the connection");
    }

    [Fact]
    [Trait("seed", "2.4")]
    public async Task Who_only_listens_knows_who_is_around_how_near_and_in_which_room_until_they_leave()
    {
        ApiHost api = await house.Host();
        Person mara = await api.NewPerson();
        await api.HeardFromIdentity();
        await using var server = new RedisServer("presence", house.Redis.ConnectionString);
        var around = new ConcurrentDictionary<UserId, PresenceEvent>();
        bool hasLeft = false;
        PresenceChannel.Hear(server, heard =>
        {
            around[heard.UserId] = heard;
            hasLeft |= heard.Type == PresenceEventType.Left && heard.UserId.Value == mara.Id && around.TryRemove(heard.UserId, out _);
        });
        PresenceSnapshot? Known() => around.GetValueOrDefault(new UserId(mara.Id))?.Snapshot;
        var room = Guid.NewGuid();

        // Nobody stores what is told, so it is told again until whoever listens is connected.
        await Eventually.Is(
            async () =>
            {
                await mara.Beat(new { activity = "chatting" });
                await mara.Beat(new { activity = "idle" });
                return Known() is not null;
            },
            "they are heard of");
        await mara.Beat(new { activity = "chatting", room_id = room, position = new { cell = "u33dc", source = "gps" } });
        await Eventually.Is(() => Known()?.RoomId == room, "the room is heard of");
        (Known()!.Status, Known()!.Activity, Known()!.LocationTier).ShouldBe((PresenceStatus.Online, Activity.Chatting, LocationTier.Local));
        around[new UserId(mara.Id)].Cell.ShouldBe("u33dc", "as closely as strangers may come to know it");

        await Undegraded(() => mara.Client.Send("DELETE", "/me/presence"));
        await Eventually.Is(() => hasLeft, "their leaving is heard of");
        Known().ShouldBeNull();
    }

    [Fact]
    public async Task Several_devices_are_one_person()
    {
        (_, Person mara, Person noor) = await Friends();
        await mara.Beat(new { activity = "chatting", device = "phone" });
        await mara.Beat(new { activity = "idle", status = "away", device = "desk" });

        (await noor.Sees(mara.Id)).Text.ShouldContain("chatting");
        await mara.Client.Send("DELETE", "/me/presence?device=phone");
        (await noor.Sees(mara.Id)).Text.ShouldContain("away");
    }

    [Theory]
    [InlineData("""{"position":{"latitude":91,"longitude":0,"source":"gps"}}""")]
    [InlineData("""{"position":{"latitude":51.123456,"source":"gps"}}""")]
    [InlineData("""{"position":{"latitude":51.123456,"longitude":7,"cell":"u33d","source":"gps"}}""")]
    [InlineData("""{"position":{"latitude":51.123456,"longitude":7,"source":"guess"}}""")]
    [InlineData("""{"position":{"latitude":51.123456,"latitude":51.2,"longitude":7,"source":"gps"}}""")]
    [InlineData("""{"position":{"cell":"u33dc0cc","source":"gps"}}""")]
    [InlineData("""{"position":[51.123456,7]}""")]
    [InlineData("""{"status":"offline"}""")]
    [InlineData("""{"device":""}""")]
    public async Task What_is_malformed_is_refused_and_not_quoted(string body)
    {
        ApiHost api = await house.Host();
        Person someone = await api.NewPerson();
        await api.HeardFromIdentity();
        Answer refused = await someone.Client.Send("POST", "/me/presence/heartbeat", body);
        refused.Problem.ShouldBe("malformed-request");
        refused.Text.ShouldNotContain("51.123456");
        api.Log.Text.ShouldNotContain("51.123456");
    }

    [Fact]
    [Trait("seed", "2.1")]
    [Trait("seed", "2.5")]
    public async Task While_presence_is_away_nobody_is_around_and_all_else_goes_on()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        await mara.Beat(At(52.52, 13.405));
        (await noor.Sees(mara.Id)).Text.ShouldContain("online");
        await house.Redis.Kill();
        try
        {
            Answer seen = await noor.SeesNow(mara.Id);
            (seen.Status, seen.Header("Wya-Degraded")).ShouldBe((200, "presence"));
            seen.String("status").ShouldBe("offline");
            Answer beat = await mara.BeatOnce();
            (beat.Status, beat.Header("Wya-Degraded")).ShouldBe((204, "presence"));
            (await mara.Choose("general")).Status.ShouldBe(204);
            (await mara.Client.Send("GET", "/me/presence")).Status.ShouldBe(200);
            (await api.Anonymous.Send("GET", "/health/ready")).Status.ShouldBe(200);
        }
        finally
        {
            await house.Redis.Start();
        }

        await Eventually.Is(async () => (await mara.BeatOnce()).Header("Wya-Degraded") is null, "heartbeats are taken again");
        (await noor.Sees(mara.Id)).Text.ShouldContain("online");
        Directory.GetFiles(house.Redis.WorkingFolder).ShouldBeEmpty();
    }

    private async Task<(ApiHost Api, Person One, Person Other)> Friends(int age = 30)
    {
        ApiHost api = await house.Host();
        Person one = await api.NewPerson(age), other = await api.NewPerson(age);
        await api.Befriend(one, other);
        return (api, one, other);
    }
}
