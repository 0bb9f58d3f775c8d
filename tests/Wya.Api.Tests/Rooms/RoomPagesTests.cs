using Shouldly;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>Whose room is shown to anybody who passes by.</summary>
public sealed class RoomPagesTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "A4")]
    public async Task Public_rooms_of_adults_are_shown_to_anybody_and_of_all_others_nothing_tells_that_they_exist()
    {
        ApiHost api = await shared.Host();
        Person adult = await api.NewPerson();
        Guid room = await adult.FirstRoom();
        Answer nobody = await api.Anonymous.Send("GET", $"/r/{Requests.NewHandle()}");
        (await Page(api, adult)).Text.ShouldContain("Nothing here yet");
        await adult.Publishes(room, Furnished("Come in!"));

        Answer shown = await Page(api, adult);
        shown.Status.ShouldBe(200);
        shown.Text.ShouldContain("Come in!");
        foreach (string visibility in new[] { "friends", "private" })
        {
            (await adult.Client.Send("PUT", $"/rooms/{room}/visibility", new { visibility })).Status.ShouldBe(204);
            Same(await Page(api, adult), nobody);
        }

        foreach (int age in new[] { 15, 19 })
        {
            Person younger = await api.NewPerson(age);
            Guid theirs = await younger.FirstRoom();
            await younger.Publishes(theirs, Furnished("Mine"));
            (await younger.Client.Send("PUT", $"/rooms/{theirs}/visibility", new { visibility = "public" })).Status.ShouldBe(204);
            Same(await Page(api, younger), nobody);
        }

        nobody.Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_guests_left_is_shown_without_their_names_and_not_when_they_are_gone()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Guid room = await people[0].FirstRoom();
        await people[0].Publishes(room, """{"modules":[{"id":"book","type":"guestbook","position":{"x":0,"y":0}}],"layout":{"type":"grid","columns":1,"rows":1},"theme":{"background":"#0C0D0F","accent":"#7A5AF8"}}""");
        foreach (Person guest in people[1..])
        {
            (await guest.Client.Send("PUT", $"/rooms/{room}/guestbook/{Guid.NewGuid()}", new { module_id = "book", text = $"Greetings from {guest.Id}" })).Status.ShouldBe(201);
        }

        await api.Ban(people[2].Id);

        string page = (await Page(api, people[0])).Text;
        page.ShouldContain($"Greetings from {people[1].Id}");
        page.ShouldNotContain(people[1].Handle);
        page.ShouldNotContain($"{people[2].Id}");
        await api.Ban(people[0].Id);
        (await Page(api, people[0])).Status.ShouldBe(404);
    }

    private static Task<Answer> Page(ApiHost api, Person person) => api.Anonymous.Send("GET", $"/r/{person.Handle}");

    private static void Same(Answer one, Answer other) =>
        (one.Status, one.Text, one.Header("Content-Security-Policy")).ShouldBe((other.Status, other.Text, other.Header("Content-Security-Policy")));
}
