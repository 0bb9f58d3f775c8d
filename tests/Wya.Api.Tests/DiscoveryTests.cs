using System.Text.Json;
using Shouldly;
using Wya.Api.Tests.Rooms;
using Wya.Testing;
using Xunit;
using static Wya.Api.Tests.DiscoverySteps;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests;

/// <summary>Who finds whom, over HTTP, on two nodes.</summary>
public sealed class DiscoveryTests(DiscoveryHouse house) : IClassFixture<DiscoveryHouse>
{
    [Fact]
    [Trait("seed", "6.S1")]
    [Trait("seed", "R6")]
    [Trait("seed", "W6")]
    [Trait("seed", "T6")]
    [Trait("seed", "K4")]
    public async Task A_friend_next_door_is_explained_in_the_words_of_the_specification_and_the_answer_lies_in_redis_for_five_minutes()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        (double, double) spot = Spot();
        await mara.Choose("precise");
        await noor.Choose("precise");
        await api.Trust(mara, 0.9);
        await mara.Stand(spot);
        await noor.Stand(spot);

        Answer answer = await noor.Finds(mara.Id);
        await Eventually.Is(async () => Item(answer = await noor.Discover(), mara.Id).GetProperty("explanation").GetString()!.StartsWith("Very close", StringComparison.Ordinal), "the tier settles");
        JsonElement item = Item(answer, mara.Id);
        item.GetProperty("explanation").GetString().ShouldBe("Very close to you • High trust score • Your friend");
        item.GetProperty("handle").GetString().ShouldBe(mara.Handle);
        item.GetProperty("score").GetDecimal().ShouldBe(item.GetProperty("factors").EnumerateArray().Sum(factor => factor.GetProperty("contribution").GetDecimal()));
        item.GetProperty("factors").EnumerateArray().Select(factor => factor.GetProperty("code").GetString()).ShouldBe(["tier.immediate", "trust.high", "friend"]);
        Item(await noor.Discover(language: "de-AT,en;q=0.5"), mara.Id).GetProperty("explanation").GetString().ShouldBe("Ganz in deiner Nähe • Hohes Vertrauen • Mit dir befreundet");

        string kept = house.Kept(noor.Id);
        var result = JsonElement.Parse(kept);
        result.EnumerateObject().Select(property => property.Name).ShouldBe(["user_id", "ranked_users", "explanation_map", "generated_at"]);
        JsonElement ranked = result.GetProperty("ranked_users")[0];
        ranked.EnumerateObject().Select(property => property.Name).ShouldBe(["user_id", "score", "explanation"]);
        (ranked.GetProperty("user_id").GetGuid(), ranked.GetProperty("explanation").GetString()).ShouldBe((mara.Id, "Very close to you • High trust score • Your friend"));
        result.GetProperty("explanation_map").GetProperty(mara.Id.ToString()).GetString().ShouldBe("tier.immediate 0.8000 • trust.high 0.2000 • friend 0.1000");
        int.Parse(house.Cache.AsOperator().Ask("TTL", $"discovery_result:{{{noor.Id}}}").Trim(':', '\r', '\n')).ShouldBeInRange(1, 300);
        Answer again = await new Person(noor.Id, "", noor.At(house.Other)).Discover();
        Item(again, mara.Id).GetRawText().ShouldBe(item.GetRawText(), "another node shows the same answer");
        kept.ShouldNotContain(mara.Handle);
    }

    [Fact]
    [Trait("seed", "A6")]
    public async Task Invisible_blocked_of_another_layer_gone_unwilling_and_nobody_are_not_found_and_answered_alike()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        Person minor = await api.NewPerson(15), stranger = await api.NewPerson(), absent = await api.NewPerson();
        await api.HeardFromIdentity();
        (double, double) spot = Spot();
        foreach (Person one in (Person[])[mara, noor, minor, stranger])
        {
            await one.Stand(spot);
        }

        await noor.Finds(mara.Id);
        await noor.Finds(stranger.Id);
        (await noor.WhyNot(stranger.Id)).String("code").ShouldBe("listed");
        (await noor.WhyNot(mara.Id)).String("code").ShouldBe("listed");
        string nobody = (await noor.WhyNot(Guid.NewGuid())).Text;
        nobody.ShouldContain("not-to-be-said");
        foreach (Person one in (Person[])[minor, absent, noor])
        {
            (await noor.WhyNot(one.Id)).Text.ShouldBe(nobody);
            await noor.FindsNot(one.Id);
        }

        await mara.Choose("general", invisible: true);
        (await noor.WhyNot(mara.Id)).Text.ShouldBe(nobody);
        await NotAround(noor, mara);
        await mara.Choose("general");
        await noor.Finds(mara.Id);

        (await stranger.Prefer("friends")).Status.ShouldBe(204);
        await noor.FindsNot(stranger.Id);
        (await noor.WhyNot(stranger.Id)).Text.ShouldBe(nobody);
        (await mara.Prefer("nobody")).Status.ShouldBe(204);
        await NotAround(noor, mara);
        (await noor.WhyNot(mara.Id)).Text.ShouldBe(nobody);
        await mara.Prefer();
        await noor.Finds(mara.Id);

        (await mara.Client.Send("PUT", $"/me/blocks/{noor.Id}", key: Requests.NewKey())).Status.ShouldBeInRange(200, 204);
        await noor.FindsNot(mara.Id);
        await mara.FindsNot(noor.Id);
        (await noor.WhyNot(mara.Id)).Text.ShouldBe(nobody);
        (await mara.WhyNot(noor.Id)).Text.ShouldBe(nobody);
        await Eventually.Is(() => !house.Kept(noor.Id).Contains(mara.Id.ToString(), StringComparison.Ordinal), "the kept answer is taken away");
    }

    [Fact]
    public async Task Minors_find_friends_of_friends_at_most_and_never_a_stranger()
    {
        ApiHost api = await house.Host();
        Person one = await api.NewPerson(15), friend = await api.NewPerson(15), through = await api.NewPerson(15), stranger = await api.NewPerson(15), transitional = await api.NewPerson(20);
        await api.Befriend(one, friend);
        await api.Befriend(friend, through);
        (double, double) spot = Spot();
        foreach (Person person in (Person[])[one, friend, through, stranger, transitional])
        {
            await person.Choose("general", location: person == transitional ? true : null);
            await person.Stand(spot);
        }

        Answer answer = await one.Finds(through.Id);
        await one.Finds(friend.Id);
        Item(answer, through.Id).GetProperty("factors")[0].GetProperty("code").GetString().ShouldBe("tier.unknown", "nobody but friends is told where a minor is");
        await one.FindsNot(stranger.Id);
        await one.FindsNot(transitional.Id);
        await transitional.FindsNot(one.Id);
        (await one.WhyNot(stranger.Id)).String("code").ShouldBe("not-to-be-said");
        Answer mine = await one.Client.Send("GET", "/me/discovery/visibility");
        mine.Json.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetProperty("can_find").GetBoolean()).ShouldBe([true, true, false]);
    }

    [Fact]
    public async Task Preferences_are_kept_and_a_wish_for_once_is_not()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        Person stranger = await api.NewPerson();
        await api.HeardFromIdentity();
        (double, double) spot = Spot();
        foreach (Person one in (Person[])[mara, noor, stranger])
        {
            await one.Stand(spot);
        }

        await noor.Finds(stranger.Id);
        await noor.Finds(mara.Id);
        Items(await noor.Discover("?friends_only=true")).Select(Id).ShouldBe([mara.Id]);
        Items(await noor.Discover("?within=local&order=chronological")).Select(Id).ShouldBe([mara.Id, stranger.Id], ignoreOrder: true);
        (await noor.Discover("?within=immediate")).String("source").ShouldBe("friends", "nobody is known to be so near");
        await noor.Finds(stranger.Id);
        (await noor.Prefer(friendsOnly: true, percent: 60)).Status.ShouldBe(204);
        Answer own = await noor.Client.Send("GET", "/me/discovery/preferences");
        own.Text.ShouldBe("""{"order":"ranked","proximity_percent":60,"findable_by":"everybody","friends_only":true}""");
        await noor.FindsNot(stranger.Id);
        (await noor.WhyNot(stranger.Id)).String("code").ShouldBe("own-filter");
        (await noor.Prefer(percent: 49)).Problem.ShouldBe("proximity-weight-invalid");
        (await noor.Discover("?order=popularity")).Problem.ShouldBe("malformed-request");
        (await noor.Client.Send("PUT", "/me/discovery/preferences", new { order = "ranked" })).Problem.ShouldBe("malformed-request");
    }

    [Fact]
    public async Task Whoever_may_not_be_discovered_is_told_so_and_finds_and_is_found_by_nobody_new()
    {
        ApiHost api = await house.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        (double, double) spot = Spot();
        await mara.Stand(spot);
        await noor.Stand(spot);
        await noor.Finds(mara.Id);
        await mara.Finds(noor.Id);
        await api.Restrict(mara.Id, "discovery.profiles");

        await noor.FindsNot(mara.Id);
        await mara.FindsNot(noor.Id);
        (await mara.WhyNot(noor.Id)).String("code").ShouldBe("own-capability");
        Answer mine = await mara.Client.Send("GET", "/me/discovery/visibility");
        mine.Json.GetProperty("kinds")[0].GetProperty("why")[0].GetString()!.ShouldContain("A moderator has taken it from you");
        (await mara.Client.Send("DELETE", "/me/presence")).Status.ShouldBe(204);
    }

    [Fact]
    [Trait("seed", "6.1")]
    [Trait("seed", "6.2")]
    [Trait("seed", "6.3")]
    [Trait("seed", "6.4")]
    [Trait("seed", "C6")]
    public async Task Answers_can_be_thrown_away_and_are_made_again_and_while_presence_is_away_they_say_what_they_are()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        Person stranger = await api.NewPerson();
        await api.HeardFromIdentity();
        (double, double) spot = Spot();
        await mara.Stand(spot);
        await noor.Stand(spot);
        await stranger.Stand(spot);
        await noor.Finds(stranger.Id);
        Answer before = await noor.Finds(mara.Id);
        house.Cache.FlushAll();
        Answer again = await noor.Discover();
        (again.String("source"), again.Header("Wya-Degraded")).ShouldBe(("computed", null));
        again.Json.GetProperty("items").GetRawText().ShouldBe(before.Json.GetProperty("items").GetRawText(), "nothing was lost with it");
        (await noor.Discover()).String("source").ShouldBe("cached");

        await house.Presence.Kill();
        try
        {
            Answer kept = again;
            await Eventually.Is(async () => (kept = await noor.Discover()).Header("Wya-Degraded") == "presence", "it is noticed");
            kept.String("source").ShouldBe("cached");
            Items(kept).Select(Id).ShouldBe([mara.Id, stranger.Id], ignoreOrder: true);
            house.Cache.FlushAll();
            Answer friends = await noor.Discover();
            (friends.String("source"), friends.Header("Wya-Degraded")).ShouldBe(("friends", "presence"));
            Items(friends).Select(Id).ShouldBe([mara.Id]);
            friends.String("note").ShouldBe("It is not known who is around at the moment: these are your friends.");
            Items(friends).Single().TryGetProperty("score", out _).ShouldBeFalse();
            (await noor.WhyNot(mara.Id)).String("code").ShouldBe("not-to-be-said");
        }
        finally
        {
            await house.Presence.Start();
        }

        await Eventually.Is(async () => (await noor.Discover()).Header("Wya-Degraded") is null, "presence is back");
        await mara.Stand(spot);
        await noor.Stand(spot);
        await noor.Finds(mara.Id);
        foreach (TestDatabase database in api.Databases.Values)
        {
            (await database.Scalar<long>("select count(*) from information_schema.tables where table_name like '%discovery_result%'")).ShouldBe(0);
        }
    }

    [Fact]
    public async Task The_same_room_and_an_active_conversation_count_and_are_said()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        (double Latitude, double Longitude) spot = Spot();
        string conversation = "";
        await Eventually.Is(
            async () => (conversation = (await mara.Client.Send("POST", "/conversations", new { kind = "direct", user_id = noor.Id })).String("conversation_id") ?? "").Length > 0, "they talk");
        foreach (Person one in (Person[])[mara, noor])
        {
            await Eventually.Is(
                async () => (await one.Client.Send("PUT", $"/conversations/{conversation}/messages/{Guid.NewGuid()}", new { text = "Hello" })).Status == 201, "something is said");
        }

        var room = Guid.NewGuid();
        foreach (Person one in (Person[])[mara, noor])
        {
            await one.Beat(new { room_id = room, position = new { latitude = spot.Latitude, longitude = spot.Longitude, source = "gps" } });
        }

        await Eventually.Is(
            async () => Items(await noor.Discover("?order=ranked")).Any(item => item.GetProperty("explanation").GetString() == "In your area • Medium trust score • Your friend • In the same room as you • You are talking"),
            "all of it is said");
    }

    [Fact]
    public async Task Rooms_with_friends_near_by_and_lately_published_are_shown_to_who_may_look_at_them_and_find_their_owner()
    {
        (ApiHost api, Person mara, Person noor) = await Friends();
        Person owner = await api.NewPerson(), minor = await api.NewPerson(15);
        Person[] crowd = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => api.NewPerson()))];
        await api.HeardFromIdentity();
        Guid own = await mara.FirstRoom(), open = await owner.FirstRoom(), young = await minor.FirstRoom();
        Guid closed = (await mara.Client.Send("POST", "/rooms", new { }, Requests.NewKey())).Json.GetProperty("id").GetGuid();
        foreach ((Person by, Guid room, string visibility) in new[] { (mara, own, "friends"), (owner, open, "public"), (mara, closed, "private"), (minor, young, "public") })
        {
            await by.Publishes(room, Furnished("Come in!"));
            await by.Shows(room, visibility);
        }

        (double Latitude, double Longitude) spot = Spot();
        object In(Guid room) => new { room_id = room, position = new { latitude = spot.Latitude, longitude = spot.Longitude, source = "gps" } };
        await noor.Stand(spot);
        await mara.Beat(In(own));
        foreach (Person one in crowd[..4])
        {
            await one.Beat(In(open));
        }

        JsonElement shown = default;
        Guid[] List(string name) => [.. shown.GetProperty(name).EnumerateArray().Select(room => room.GetProperty("room_id").GetGuid())];
        async Task<bool> Shows(Func<bool> holds)
        {
            shown = (await noor.Client.Send("GET", "/discovery/rooms")).Json;
            return holds();
        }

        await Eventually.Is(() => Shows(() => List("with_friends").Contains(own)), "a friend is in a room");
        shown.GetProperty("with_friends")[0].GetProperty("friends")[0].GetString().ShouldBe(mara.Handle);
        await Eventually.Is(() => Shows(() => List("recent").Length > 0), "what was published lately is heard of");
        List("recent").ShouldBe([open], "neither of another layer, nor for friends, nor private");
        foreach (Person one in crowd[..4])
        {
            await noor.Finds(one.Id);
        }

        await Shows(() => true);
        List("near_by").ShouldBeEmpty("four people would tell who they are");
        await crowd[4].Beat(In(open));
        await Eventually.Is(() => Shows(() => List("near_by").Contains(open)), "five are in it");
        await mara.Beat(In(closed));
        await Eventually.Is(() => Shows(() => List("with_friends").Length == 0), "a private room is shown to nobody");
        await owner.Shows(open, "private");
        await Shows(() => true);
        (List("near_by").Length + List("recent").Length).ShouldBe(0, "nor one that has just become private, with the very next answer");
        await owner.Shows(open, "public");
        await Eventually.Is(() => Shows(() => List("recent").Contains(open)), "it is open again");
        (await owner.Client.Send("PUT", $"/me/blocks/{noor.Id}", key: Requests.NewKey())).Status.ShouldBeInRange(200, 204);
        await Shows(() => true);
        (List("near_by").Length + List("recent").Length).ShouldBe(0, "nor one of who has blocked");
        List("recent").ShouldNotContain(young);
    }

    private static async Task NotAround(Person viewer, Person hidden)
    {
        Answer answer = await viewer.Discover();
        if (answer.String("source") != "friends")
        {
            Items(answer).ShouldAllBe(item => Id(item) != hidden.Id);
        }
    }

    private async Task<(ApiHost Api, Person One, Person Other)> Friends(int age = 30)
    {
        ApiHost api = await house.Host();
        Person one = await api.NewPerson(age), other = await api.NewPerson(age);
        await api.Befriend(one, other);
        return (api, one, other);
    }
}
