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
        Person moderator = await api.NewPerson(30, "moderate");
        Guid room = await people[0].FirstRoom();
        int one = await people[0].Publishes(room, Furnished("one")), two = await people[0].Publishes(room, Furnished("two"));
        string signed = (await people[1].AddressOf(room, two))!;

        Answer done = await moderator.TakesDown(room, two);

        done.Status.ShouldBe(200, done.Text);
        (await moderator.TakesDown(room, two)).Json.GetProperty("action_id").GetGuid().ShouldBe(done.Json.GetProperty("action_id").GetGuid());
        (await api.Anonymous.Send("GET", signed)).Code().ShouldBe("404 room-version-not-found");
        (await people[1].Led(room, two)).Code().ShouldBe("404 room-version-not-found");
        (await people[0].Led(room, two)).Code().ShouldBe("404 room-version-not-found");
        (await people[1].Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(one);
        (await people[0].Client.Send("PUT", $"/rooms/{room}/active-version", new { version = two })).Problem.ShouldBe("room-version-taken-down");
        (await people[0].Client.Send("POST", $"/rooms/{room}/versions/{two}/restore", new { }, Requests.NewKey())).Problem.ShouldBe("room-version-taken-down");
        (await moderator.TakesDown(room, one)).Status.ShouldBe(200);
        (await people[1].Client.Send("GET", $"/rooms/{room}")).Json.TryGetProperty("active", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task It_needs_the_capability_and_a_whole_statement_and_the_owner_reads_it()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Person moderator = await api.NewPerson(30, "moderate");
        Guid room = await people[0].FirstRoom();
        int version = await people[0].Publishes(room, Furnished("one"));

        (await people[1].TakesDown(room, version)).Code().ShouldBe("403 capability-missing");
        (await moderator.Client.Send("POST", $"/rooms/{room}/versions/{version}/takedown", Statement(facts: " "))).Problem.ShouldBe("statement-incomplete");
        (await moderator.Client.Send("POST", $"/rooms/{room}/versions/{version}/takedown", new { what = "x" })).Problem.ShouldBe("malformed-request");
        (await moderator.TakesDown(room, 7)).Problem.ShouldBe("room-version-not-found");
        (await moderator.TakesDown(room, version)).Status.ShouldBe(200);

        JsonElement told = (await people[0].Client.Send("GET", $"/me/rooms/{room}/takedowns")).Json.GetProperty("items")[0];
        told.GetProperty("version").GetInt32().ShouldBe(version);
        JsonElement statement = told.GetProperty("statement");
        foreach (string part in new[] { "what", "facts", "ground", "appeal" })
        {
            statement.GetProperty(part).GetString().ShouldNotBeNullOrEmpty(part);
        }

        statement.GetProperty("automation_decided").GetBoolean().ShouldBeFalse();
        (await people[1].Client.Send("GET", $"/me/rooms/{room}/takedowns")).Problem.ShouldBe("not-your-room");
        string recorded = await api.Databases["rooms"].Scalar<string>(
            $"select data::text from log.mt_events where stream_id = '{room}' and type = 'room.version_taken_down'");
        recorded.ShouldContain(moderator.Id.ToString());
        recorded.ShouldNotContain("address of another");
    }

    [Fact]
    public async Task A_reversal_shows_it_again_unless_the_owner_has_chosen_something_else_since()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Person moderator = await api.NewPerson(30, "moderate");
        Guid room = await mara.FirstRoom();
        await mara.Publishes(room, Furnished("one"));
        int two = await mara.Publishes(room, Furnished("two"));

        await moderator.TakesDown(room, two);
        (await moderator.Client.Send("POST", $"/rooms/{room}/versions/{two}/reinstate")).Status.ShouldBe(204);
        (await moderator.Client.Send("POST", $"/rooms/{room}/versions/{two}/reinstate")).Status.ShouldBe(204);

        (await mara.Visits(room, two)).Status.ShouldBe(200);
        (await mara.Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(two);
        (await mara.Client.Send("GET", $"/me/rooms/{room}/takedowns")).Json.GetProperty("items")[0].TryGetProperty("reinstated_at", out _).ShouldBeTrue();
        await moderator.TakesDown(room, two);
        int three = await mara.Publishes(room, Furnished("three"));
        await moderator.Client.Send("POST", $"/rooms/{room}/versions/{two}/reinstate");
        (await mara.Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(three);
    }
}

internal static class Moderating
{
    public static Task<Answer> TakesDown(this Person moderator, Guid room, int version) =>
        moderator.Client.Send("POST", $"/rooms/{room}/versions/{version}/takedown", Statement());
}
