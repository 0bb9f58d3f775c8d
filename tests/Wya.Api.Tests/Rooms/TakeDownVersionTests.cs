using System.Text.Json;
using Shouldly;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>A version that a moderator takes down, and the owner who is told why.</summary>
public sealed class TakeDownVersionTests(SharedApi shared)
{
    [Fact]
    public async Task A_version_that_was_taken_down_is_shown_to_nobody_whatever_was_signed_before()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2, age: 20);
        Guid room = await people[0].FirstRoom();
        int one = await people[0].Publishes(room, Furnished("one")), two = await people[0].Publishes(room, Furnished("two"));
        string signed = (await people[1].AddressOf(room, two))!;

        await api.TakeDownVersion(people[0].Id, room, two);

        (await api.Anonymous.Send("GET", signed)).Code().ShouldBe("404 room-version-not-found");
        (await people[1].Led(room, two)).Code().ShouldBe("404 room-version-not-found");
        (await people[0].Led(room, two)).Code().ShouldBe("404 room-version-not-found");
        (await people[1].Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(one);
        (await people[0].Client.Send("PUT", $"/rooms/{room}/active-version", new { version = two })).Problem.ShouldBe("room-version-taken-down");
        (await people[0].Client.Send("POST", $"/rooms/{room}/versions/{two}/restore", new { }, Requests.NewKey())).Problem.ShouldBe("room-version-taken-down");
        await api.TakeDownVersion(people[0].Id, room, one);
        (await people[1].Client.Send("GET", $"/rooms/{room}")).Json.TryGetProperty("active", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task The_owner_is_told_and_led_to_the_statement_in_their_record()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom();
        int version = await people[0].Publishes(room, Furnished("one"));

        await api.TakeDownVersion(people[0].Id, room, version);

        JsonElement told = (await people[0].Client.Send("GET", $"/me/rooms/{room}/takedowns")).Json.GetProperty("items")[0];
        told.GetProperty("version").GetInt32().ShouldBe(version);
        JsonElement statement = told.GetProperty("statement");
        foreach (string part in new[] { "what", "facts", "ground", "appeal" })
        {
            statement.GetProperty(part).GetString().ShouldNotBeNullOrEmpty(part);
        }

        statement.GetProperty("automation_decided").GetBoolean().ShouldBeFalse();
        (await people[1].Client.Send("GET", $"/me/rooms/{room}/takedowns")).Problem.ShouldBe("not-your-room");
    }

    [Fact]
    public async Task Two_decisions_on_one_version_hold_until_both_are_reversed()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        int one = await mara.Publishes(room, Furnished("one"));

        Guid first = await api.TakeDownVersion(mara.Id, room, one), second = await api.TakeDownVersion(mara.Id, room, one);
        await api.Reverse(first);
        (await mara.Client.Send("GET", $"/rooms/{room}")).Json.TryGetProperty("active", out _).ShouldBeFalse();
        await api.Reverse(second);
        (await mara.Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(one);
    }

    [Fact]
    public async Task A_reversal_shows_it_again_unless_the_owner_has_chosen_something_else_since()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        await mara.Publishes(room, Furnished("one"));
        int two = await mara.Publishes(room, Furnished("two"));

        await api.Reverse(await api.TakeDownVersion(mara.Id, room, two));

        (await mara.Visits(room, two)).Status.ShouldBe(200);
        (await mara.Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(two);
        (await mara.Client.Send("GET", $"/me/rooms/{room}/takedowns")).Json.GetProperty("items")[0].TryGetProperty("reinstated_at", out _).ShouldBeTrue();
        Guid again = await api.TakeDownVersion(mara.Id, room, two);
        int three = await mara.Publishes(room, Furnished("three"));
        await api.Reverse(again);
        (await mara.Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(three);
    }
}
