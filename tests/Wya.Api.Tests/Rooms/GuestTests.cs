using Shouldly;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>What guests leave in a room.</summary>
public sealed class GuestTests(SharedApi shared)
{
    [Fact]
    public async Task Guests_write_in_the_book_that_is_shown_and_an_entry_sent_again_is_the_same()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Guid room = await people[0].FirstRoom();
        await people[0].Publishes(room, Furnished("one"));
        var entry = Guid.CreateVersion7();

        Answer first = await people[1].Signs(room, entry, "marked-guest-text");
        Answer again = await people[1].Signs(room, entry, "marked-guest-text");
        (await people[2].Signs(room, Guid.NewGuid(), "And I.")).Status.ShouldBe(201);

        first.Status.ShouldBe(201, first.Text);
        again.Told().ShouldBe(first.Told());
        (await people[1].Signs(room, entry, "another")).Problem.ShouldBe("guestbook-entry-id-reused");
        (await people[2].Signs(room, entry, "marked-guest-text")).Problem.ShouldBe("guestbook-entry-id-reused");
        (await people[1].Signs(room, Guid.NewGuid(), " ")).Problem.ShouldBe("guestbook-entry-invalid");
        (await people[1].Signs(room, Guid.NewGuid(), "a", "poll-1")).Problem.ShouldBe("room-module-not-found");
        Texts(await people[0].Client.Send("GET", $"/rooms/{room}/guestbook/book-1")).ShouldBe(["And I.", "marked-guest-text"]);
        Answer page = await people[0].Client.Send("GET", $"/rooms/{room}/guestbook/book-1?limit=1");
        Texts(await people[0].Client.Send("GET", $"/rooms/{room}/guestbook/book-1?limit=1&cursor={page.String("next")}")).ShouldBe(["marked-guest-text"]);
        (await api.Databases["rooms"].Scalar<string>($"select string_agg(data::text, ' ') from log.mt_events where stream_id = '{room}'")).ShouldNotContain("marked-guest");
        (await api.Databases["rooms"].Scalar<string>("select string_agg(e::text, ' ') from guestbook_entries e")).ShouldNotContain("marked-guest");
    }

    [Fact]
    public async Task An_entry_is_removed_by_its_author_the_owner_or_a_moderator_and_by_nobody_else()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Person moderator = await api.NewPerson(30, "moderate");
        await api.HeardFromIdentity();
        Guid room = await people[0].FirstRoom();
        await people[0].Publishes(room, Furnished("one"));
        foreach (Person remover in new[] { people[0], people[1], moderator })
        {
            var entry = Guid.NewGuid();
            await people[1].Signs(room, entry, "Here.");
            (await people[2].Client.Send("DELETE", $"/rooms/{room}/guestbook/{entry}")).Problem.ShouldBe("not-your-entry");
            (await remover.Client.Send("DELETE", $"/rooms/{room}/guestbook/{entry}")).Status.ShouldBe(204);
            (await remover.Client.Send("DELETE", $"/rooms/{room}/guestbook/{entry}")).Status.ShouldBe(204);
        }

        Texts(await people[1].Client.Send("GET", $"/rooms/{room}/guestbook/book-1")).ShouldBeEmpty();
        (await people[1].Client.Send("DELETE", $"/rooms/{room}/guestbook/{Guid.NewGuid()}")).Problem.ShouldBe("guestbook-entry-not-found");
    }

    [Fact]
    public async Task Only_who_may_look_and_is_not_muted_leaves_anything()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(4);
        Guid room = await people[0].FirstRoom();
        await people[0].Publishes(room, Furnished("one"));
        await people[1].Signs(room, Guid.NewGuid(), "Of the blocked.");
        await api.Block(people[0], people[1]);
        await api.Mute(people[2].Id);

        (await people[1].Signs(room, Guid.NewGuid(), "x")).Code().ShouldBe("404 room-not-found");
        (await people[1].Votes(room, 0)).Code().ShouldBe("404 room-not-found");
        (await people[2].Signs(room, Guid.NewGuid(), "x")).Code().ShouldBe("403 muted");
        (await people[2].Votes(room, 0)).Code().ShouldBe("403 muted");
        Texts(await people[0].Client.Send("GET", $"/rooms/{room}/guestbook/book-1")).ShouldBeEmpty("nothing of people whom one does not meet");
        Texts(await people[3].Client.Send("GET", $"/rooms/{room}/guestbook/book-1")).ShouldBe(["Of the blocked."]);
        await people[0].Publishes(room, new { layout = new { type = "grid", columns = 1, rows = 1 }, modules = Array.Empty<object>(), theme = new { background = "#0C0D0F", accent = "#7A5AF8" } });
        (await people[3].Signs(room, Guid.NewGuid(), "x")).Problem.ShouldBe("room-module-not-found");
        await people[0].Shows(room, "friends");
        (await people[3].Signs(room, Guid.NewGuid(), "x")).Problem.ShouldBe("room-not-found");
    }

    [Fact]
    public async Task The_newest_vote_of_each_guest_counts()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Guid room = await people[0].FirstRoom();
        await people[0].Publishes(room, Furnished("one"));

        (await people[1].Votes(room, 0)).Status.ShouldBe(204);
        (await people[1].Votes(room, 2)).Status.ShouldBe(204);
        (await people[2].Votes(room, 2)).Status.ShouldBe(204);
        (await people[2].Votes(room, 2)).Status.ShouldBe(204);
        (await people[2].Votes(room, 3)).Problem.ShouldBe("poll-choice-invalid");

        Answer poll = await people[1].Client.Send("GET", $"/rooms/{room}/polls/poll-1");
        poll.Json.GetProperty("votes").EnumerateArray().Select(count => count.GetInt64()).ShouldBe([0, 0, 2]);
        poll.Json.GetProperty("own").GetInt32().ShouldBe(2);
        (await people[0].Client.Send("GET", $"/rooms/{room}/polls/poll-1")).Json.TryGetProperty("own", out _).ShouldBeFalse();
    }

    private static string[] Texts(Answer page) =>
        [.. page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()!)];
}

internal static class Guesting
{
    public static Task<Answer> Signs(this Person guest, Guid room, Guid entry, string text, string module = "book-1") =>
        guest.Client.Send("PUT", $"/rooms/{room}/guestbook/{entry}", new { module_id = module, text });

    public static Task<Answer> Votes(this Person guest, Guid room, int choice) =>
        guest.Client.Send("PUT", $"/rooms/{room}/polls/poll-1/vote", new { choice });
}
