using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>From a draft to a version, and through its history.</summary>
public sealed class PublishVersionTests(SharedApi shared)
{
    [Fact]
    public async Task Everybody_is_given_a_room_when_they_register_and_minors_theirs_for_friends()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), kid = await api.NewPerson(15);

        JsonElement[] rooms = [.. (await mara.Client.Send("GET", $"/users/{mara.Id}/rooms")).Json.GetProperty("items").EnumerateArray()];

        rooms.ShouldHaveSingleItem();
        (rooms[0].GetProperty("visibility").GetString(), rooms[0].GetProperty("active_version").GetInt32()).ShouldBe(("public", 0));
        (await kid.Client.Send("GET", $"/users/{kid.Id}/rooms")).Json.GetProperty("items")[0].GetProperty("visibility").GetString().ShouldBe("friends");
        (await mara.Client.Send("GET", $"/rooms/{await mara.FirstRoom()}")).Json.TryGetProperty("active", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task More_rooms_come_by_capability_up_to_the_limit()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        await mara.FirstRoom();
        string key = Requests.NewKey();
        Answer first = await mara.Client.Send("POST", "/rooms", new { visibility = "friends" }, key);
        first.Status.ShouldBe(201, first.Text);
        (await mara.Client.Send("POST", "/rooms", new { visibility = "friends" }, key)).Id.ShouldBe(first.Id);
        for (int i = 0; i < 3; i++)
        {
            (await mara.Client.Send("POST", "/rooms", new { }, Requests.NewKey())).Status.ShouldBe(201);
        }

        (await mara.Client.Send("POST", "/rooms", new { }, Requests.NewKey())).Problem.ShouldBe("rooms-full");

        (await mara.Client.Send("DELETE", $"/rooms/{first.Id}")).Status.ShouldBe(204);
        (await mara.Client.Send("POST", "/rooms", new { }, Requests.NewKey())).Status.ShouldBe(201);
        await api.Restrict(mara.Id, "room.create");
        Answer restricted = await mara.Client.Send("POST", "/rooms", new { }, Requests.NewKey());
        (restricted.Status, restricted.Problem).ShouldBe((403, "capability-missing"));
    }

    [Fact]
    public async Task A_draft_is_the_owners_alone_and_two_who_edit_do_not_overwrite_each_other()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom();
        (await people[0].Client.Send("GET", $"/rooms/{room}/draft")).Problem.ShouldBe("draft-not-found");
        (await people[0].Client.Send("PUT", $"/rooms/{room}/draft", Furnished("a"))).Problem.ShouldBe("draft-condition-missing");

        string first = await people[0].Drafts(room, Furnished("a"));
        string second = await people[0].Drafts(room, Furnished("b"), first);

        second.ShouldNotBe(first);
        Answer stale = await people[0].Save(room, Furnished("c"), first);
        (stale.Status, stale.Problem).ShouldBe((412, "draft-changed"));
        (await people[0].Save(room, Furnished("c"))).Problem.ShouldBe("draft-changed", "there is one already");
        Answer shown = await people[0].Client.Send("GET", $"/rooms/{room}/draft");
        (shown.Message.Headers.ETag!.ToString(), shown.Json.GetProperty("modules")[0].GetProperty("content").GetString()).ShouldBe((second, "b"));
        (await people[1].Client.Send("GET", $"/rooms/{room}/draft")).Problem.ShouldBe("not-your-room");
        (await people[1].Save(room, Furnished("x"))).Problem.ShouldBe("not-your-room");
        (await people[0].Client.Send("DELETE", $"/rooms/{room}/draft")).Status.ShouldBe(204);
        (await people[0].Client.Send("POST", $"/rooms/{room}/versions", new { }, Requests.NewKey())).Problem.ShouldBe("draft-not-found");
        (await people[0].Save(room, Furnished("again"), second)).Problem.ShouldBe("draft-changed", "no tag of before fits");
    }

    [Fact]
    public async Task A_draft_may_be_larger_than_other_bodies_and_not_larger_than_its_limit()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();

        string tag = await mara.Drafts(room, Furnished(new string('a', 200_000)));

        (await mara.Save(room, Furnished(new string('a', 300_000)), tag)).Problem.ShouldBe("body-too-large");
        (await mara.Save(room, "[]", tag)).Problem.ShouldBe("malformed-request");
        (await mara.Save(room, """{"a":1,"a":2}""", tag)).Problem.ShouldBe("malformed-request");
    }

    [Fact]
    [Trait("seed", "4.S1")]
    public async Task What_is_published_is_the_object_of_the_specification_and_keeps_what_is_not_known()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();

        int version = await mara.Publishes(room, Furnished("Come in!"), "Our-first-note");

        string path = Path.Combine(api.ObjectsFolder, "room", room.ToString(), $"{version}.json");
        File.Exists(path).ShouldBeTrue();
        JsonElement content = (await mara.Visits(room, version)).Content();
        content.GetProperty("layout").GetProperty("columns").GetInt32().ShouldBe(3);
        content.GetProperty("modules")[0].GetProperty("content").GetString().ShouldBe("Come in!");
        content.GetProperty("theme").GetProperty("accent").GetString().ShouldBe("#7A5AF8");
        content.GetProperty("visibility").GetProperty("public").GetBoolean().ShouldBeTrue();
        content.GetProperty("visibility").GetProperty("friends_only").GetBoolean().ShouldBeFalse();
        content.GetProperty("created_by").GetString().ShouldBe(mara.Id.ToString());
        content.GetProperty("created_at").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        content.GetProperty("not_yet_invented").GetProperty("kept").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task What_cannot_be_published_is_refused_with_the_reason()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        await mara.Drafts(room, new { theme = new { } });

        Answer refused = await mara.Client.Send("POST", $"/rooms/{room}/versions", new { }, Requests.NewKey());

        (refused.Status, refused.Problem).ShouldBe((422, "room-content-refused"));
        JsonElement[] refusals = [.. refused.Json.GetProperty("refusals").EnumerateArray()];
        refusals.ShouldNotBeEmpty();
        refusals.ShouldAllBe(one => one.GetProperty("path").GetString()!.Length > 0 && one.GetProperty("reason").GetString()!.Length > 0);
        (await mara.Client.Send("POST", $"/rooms/{room}/versions", new { note = new string('a', 201) }, Requests.NewKey())).Problem.ShouldBe("room-note-invalid");
    }

    [Fact]
    public async Task The_same_key_is_the_same_version_and_another_request_under_it_is_refused()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        string tag = await mara.Drafts(room, Furnished("one"));
        string key = Requests.NewKey();

        Answer first = await mara.Client.Send("POST", $"/rooms/{room}/versions", new { note = "n" }, key);
        await mara.Drafts(room, Furnished("two"), tag);
        Answer again = await mara.Client.Send("POST", $"/rooms/{room}/versions", new { note = "n" }, key);

        again.Told().ShouldBe(first.Told());
        (await mara.Client.Send("POST", $"/rooms/{room}/versions", new { note = "another" }, key)).Problem.ShouldBe("idempotency-key-reused");
        (await mara.Client.Send("POST", $"/rooms/{room}/versions", new { })).Problem.ShouldBe("idempotency-key-missing");
        (await mara.Client.Send("POST", $"/rooms/{room}/versions", new { }, Requests.NewKey(), change: request => request.Headers.TryAddWithoutValidation("If-Match", tag)))
            .Problem.ShouldBe("draft-changed");
    }

    [Fact]
    [Trait("seed", "4.2")]
    [Trait("seed", "4.1")]
    [Trait("seed", "T4")]
    public async Task A_rollback_moves_the_pointer_and_no_object_changes()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        int one = await mara.Publishes(room, Furnished("one"), "Our-first-note"), two = await mara.Publishes(room, Furnished("two"));
        string[] before = Digests(api, room);

        (await mara.Client.Send("PUT", $"/rooms/{room}/active-version", new { version = one })).Status.ShouldBe(204);
        (await mara.Client.Send("PUT", $"/rooms/{room}/active-version", new { version = one })).Status.ShouldBe(204);

        Digests(api, room).ShouldBe(before);
        (await mara.Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(one);
        (await api.Databases["rooms"].Scalar<int>($"select active_version from rooms where room_id = '{room}'")).ShouldBe(one);
        (await mara.Client.Send("PUT", $"/rooms/{room}/active-version", new { version = 99 })).Problem.ShouldBe("room-version-not-found");
        Answer history = await mara.Client.Send("GET", $"/rooms/{room}/versions");
        history.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetInt32()).ShouldBe([two, one]);
        history.Json.GetProperty("items")[1].GetProperty("note").GetString().ShouldBe("Our-first-note");
        history.Json.GetProperty("items")[1].GetProperty("is_active").GetBoolean().ShouldBeTrue();
        (await api.Databases["rooms"].Scalar<string>($"select string_agg(data::text, ' ') from log.mt_events where stream_id = '{room}'")).ShouldNotContain("Our-first-note");
        Answer page = await mara.Client.Send("GET", $"/rooms/{room}/versions?limit=1");
        (await mara.Client.Send("GET", $"/rooms/{room}/versions?limit=1&cursor={page.String("next")}")).Json.GetProperty("items")[0].GetProperty("version").GetInt32().ShouldBe(one);
    }

    [Fact]
    [Trait("seed", "4.4")]
    public async Task A_restored_version_is_a_new_one_and_two_versions_can_be_compared()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        int one = await mara.Publishes(room, Furnished("one")), two = await mara.Publishes(room, Furnished("two", accent: "#123456"));

        Answer restored = await mara.Client.Send("POST", $"/rooms/{room}/versions/{one}/restore", new { note = "Back" }, Requests.NewKey());

        restored.Status.ShouldBe(201, restored.Text);
        int three = restored.Json.GetProperty("version").GetInt32();
        three.ShouldBe(3);
        (await mara.Client.Send("GET", $"/rooms/{room}/versions")).Json.GetProperty("items")[0].GetProperty("restored_from").GetInt32().ShouldBe(one);
        JsonElement changed = (await mara.Client.Send("GET", $"/rooms/{room}/versions/{one}/diff/{two}")).Json;
        changed.GetProperty("modules_changed")[0].GetProperty("id").GetString().ShouldBe("text-1");
        changed.GetProperty("modules_changed")[0].GetProperty("members")[0].GetProperty("before").GetString().ShouldBe("one");
        changed.GetProperty("theme")[0].GetProperty("after").GetString().ShouldBe("#123456");
        JsonElement same = (await mara.Client.Send("GET", $"/rooms/{room}/versions/{one}/diff/{three}")).Json;
        same.EnumerateObject().ShouldAllBe(part => part.Value.GetArrayLength() == 0);
        (await mara.Client.Send("POST", $"/rooms/{room}/versions/99/restore", new { }, Requests.NewKey())).Problem.ShouldBe("room-version-not-found");
    }

    [Fact]
    public async Task Who_is_muted_or_not_the_owner_publishes_nothing()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom();
        await people[0].Drafts(room, Furnished("a"));
        (await people[1].Client.Send("POST", $"/rooms/{room}/versions", new { }, Requests.NewKey())).Problem.ShouldBe("not-your-room");
        await api.Mute(people[0].Id);
        (await people[0].Client.Send("POST", $"/rooms/{room}/versions", new { }, Requests.NewKey())).Problem.ShouldBe("muted");
    }

    private static string[] Digests(ApiHost api, Guid room) =>
        [.. Directory.GetFiles(Path.Combine(api.ObjectsFolder, "room", room.ToString())).Order().Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];
}
