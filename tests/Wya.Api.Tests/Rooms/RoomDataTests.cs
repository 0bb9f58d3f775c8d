using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Rooms;
using Wya.Domain.Identity.Events;
using Wya.Projections;
using Wya.Testing;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>What rooms hold on a person: theirs to take, and gone when they are erased.</summary>
public sealed class RoomDataTests(SharedApi shared)
{
    [Fact]
    public async Task The_export_holds_drafts_versions_and_entries_in_the_clear_and_nothing_of_others()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom(), others = await people[1].FirstRoom();
        await people[0].Publishes(room, Furnished("my-published-text"), "my-note");
        await people[0].Client.Send("DELETE", $"/rooms/{room}/draft");
        await people[0].Drafts(room, Furnished("my-draft-text"));
        await people[1].Publishes(others, Furnished("their-published-text"), "their-note");
        await people[0].Signs(others, Guid.NewGuid(), "my-entry");
        await people[1].Signs(room, Guid.NewGuid(), "their-entry");

        Answer export = await people[0].Client.Send("GET", "/me/export");

        export.Status.ShouldBe(200);
        string rooms = export.Json.GetProperty("domains").GetProperty("rooms").GetRawText();
        foreach (string mine in new[] { "my-published-text", "my-note", "my-draft-text", "my-entry" })
        {
            rooms.ShouldContain(mine);
        }

        rooms.ShouldNotContain("their-");
        rooms.ShouldNotContain("sealed1:");
    }

    [Fact]
    [Trait("seed", "T4")]
    public async Task An_erasure_closes_the_rooms_and_removes_objects_drafts_and_what_was_under_way()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Erasure:GraceDays"] = "0");
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom(), others = await people[1].FirstRoom();
        int version = await people[0].Publishes(room, Furnished("gone"));
        await people[0].Drafts(room, Furnished("gone too"), (await people[0].Client.Send("GET", $"/rooms/{room}/draft")).Message.Headers.ETag!.ToString());
        await people[1].Publishes(others, Furnished("stays"));
        await people[0].Signs(others, Guid.NewGuid(), "gone as well");
        Directory.GetFiles(Path.Combine(api.ObjectsFolder, "room", room.ToString())).ShouldNotBeEmpty();

        (await people[0].Client.Send("DELETE", "/me")).Status.ShouldBe(202);

        await Eventually.Is(
            async () =>
            {
                RoomsLog log = api.Services.GetRequiredService<RoomsLog>();
                IReadOnlyList<StoreFinding> found = await log.Definition.PersonalData.Find(log.Held, new UserId(people[0].Id));
                return found.All(store => store.Readable == 0);
            },
            "nothing of them can be read");
        Directory.GetFiles(Path.Combine(api.ObjectsFolder, "room", room.ToString())).ShouldBeEmpty();
        (await api.Anonymous.Send("GET", $"/objects/room/{room}/{version}.json")).Status.ShouldBe(404);
        (await people[1].Client.Send("GET", $"/rooms/{room}")).Problem.ShouldBe("room-not-found");
        (await people[1].Client.Send("GET", $"/rooms/{others}/guestbook/book-1")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await people[1].Visits(others, 1)).Status.ShouldBe(200);
        (await api.Databases["rooms"].Scalar<long>($"select count(*) from room_drafts where owner_id = '{people[0].Id}'")).ShouldBe(0);
    }
}
