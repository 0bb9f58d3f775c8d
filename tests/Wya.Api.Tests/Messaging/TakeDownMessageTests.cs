using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Messaging;

/// <summary>A message that a moderator takes down, and one that is given back.</summary>
public sealed class TakeDownMessageTests(SharedApi shared)
{
    private const string Secret = "quicksilver";

    [Fact]
    public async Task Nothing_of_a_message_is_shown_while_it_is_down_and_everything_is_as_before_when_it_is_reinstated()
    {
        ApiHost api = await shared.Host();
        Person[] people = await Talkers(api);
        Guid group = await people[0].StartGroup(people[1..]);
        Guid message = await people[0].Says(group, $"Not yet {Secret}");
        (await people[0].Client.Send("PATCH", $"/conversations/{group}/messages/{message}", new { text = $"All of the {Secret}" })).Status.ShouldBe(200);
        (await people[1].Client.Send("PUT", $"/conversations/{group}/messages/{message}/reactions/%E2%9D%A4")).Status.ShouldBe(204);
        await Indexed(api, message);
        string[] before = await Seen(people, group, message);
        before.Count(text => text.Contains(Secret, StringComparison.Ordinal)).ShouldBe(people.Length * 6);

        await using LiveClient live = await LiveClient.Stream(people[1].Client);
        Guid action = await api.TakeDownMessage(people[0].Id, group, message);

        string[] down = await Seen(people, group, message);
        down.ShouldAllBe(text => !text.Contains(Secret, StringComparison.Ordinal));
        down.Count(text => text.Contains("\"is_taken_down\":true", StringComparison.Ordinal)).ShouldBe(people.Length * 4);
        foreach (Person person in people)
        {
            (await person.Client.Send("GET", $"/conversations/{group}/messages/{message}/history")).Code().ShouldBe("409 message-taken-down");
            (await person.Client.Send("PUT", $"/conversations/{group}/messages/{message}/reactions/%F0%9F%91%8D")).Code().ShouldBe("409 message-taken-down");
        }

        (await people[0].Client.Send("PATCH", $"/conversations/{group}/messages/{message}", new { text = "Again" })).Code().ShouldBe("409 message-taken-down");
        (await people[2].Client.Send("GET", $"/conversations/{group}")).Json.GetProperty("unread").GetInt32().ShouldBe(0);
        (await people[0].Client.Send("GET", "/me/export")).Text.ShouldContain(Secret); // their own words are theirs
        (await people[1].Client.Send("GET", "/me/export")).Text.ShouldNotContain(Secret);

        await api.Reverse(action);
        await Eventually.Is(() => live.Frames.Any(frame => frame.Type == "message.reinstated"), "the live feed tells");
        live.Events.Select(frame => frame.Type).ShouldBe(["message.taken_down", "message.reinstated"]);
        live.Events[0].Text.ShouldNotContain(Secret);
        live.Events[1].MessageText.ShouldBe($"All of the {Secret}");
        live.Events.ShouldAllBe(frame => Described.Fits(frame));
        (await Seen(people, group, message)).ShouldBe(before);
        Answer reply = await people[1].Client.Send("PUT", $"/conversations/{group}/messages/{Guid.CreateVersion7()}", new { text = "Oh.", reply_to = message });
        reply.Status.ShouldBe(201, reply.Text);
    }

    [Fact]
    public async Task What_happens_to_it_meanwhile_stays_when_it_is_reinstated()
    {
        ApiHost api = await shared.Host();
        Person[] people = await Talkers(api);
        Guid talk = await people[0].StartDirect(people[1]);
        Guid edited = await people[0].Says(talk, "First"), deleted = await people[0].Says(talk, $"Away with {Secret}");
        (await people[1].Client.Send("PUT", $"/conversations/{talk}/messages/{edited}/reactions/%E2%9D%A4")).Status.ShouldBe(204);

        Guid[] actions =
        [
            await api.TakeDownMessage(people[0].Id, talk, edited), await api.TakeDownMessage(people[0].Id, talk, edited), await api.TakeDownMessage(people[0].Id, talk, deleted),
        ];
        (await people[0].Client.Send("DELETE", $"/conversations/{talk}/messages/{deleted}")).Status.ShouldBe(204);
        (await people[1].Client.Send("DELETE", $"/conversations/{talk}/messages/{edited}/reactions/%E2%9D%A4")).Status.ShouldBe(204);
        await api.Reverse(actions[0]);
        await api.Reverse(actions[2]);
        (await people[1].Client.Send("GET", $"/conversations/{talk}/messages/{edited}")).Text.ShouldNotContain("First"); // another decision holds it

        await api.Reverse(actions[1]);
        Answer first = await people[1].Client.Send("GET", $"/conversations/{talk}/messages/{edited}"), second = await people[1].Client.Send("GET", $"/conversations/{talk}/messages/{deleted}");
        first.String("text").ShouldBe("First");
        first.Json.TryGetProperty("reactions", out _).ShouldBeFalse();
        second.Json.TryGetProperty("deleted_at", out _).ShouldBeTrue();
        second.Text.ShouldNotContain(Secret);
        (await api.Databases["messaging"].Scalar<long>($"select count(*) from message_takedowns where message_id in ('{edited}', '{deleted}')")).ShouldBe(0);
        (await api.Databases["messaging"].Scalar<long>($"select count(*) from safety_actions where user_id = '{people[0].Id}'")).ShouldBe(0);
    }

    private static async Task<Person[]> Talkers(ApiHost api)
    {
        Person[] people = await api.NewPeople(3);
        await api.BeFriends(people[0], people[1]);
        await api.BeFriends(people[0], people[2]);
        return people;
    }

    private static Task Indexed(ApiHost api, Guid message) => Eventually.Is(
        async () => await api.Databases["messaging"].Scalar<long>($"select count(*) from message_search where message_id = '{message}'") == 1, "the message is indexed");

    /// <summary>Wherever each of them meets what it says.</summary>
    private static async Task<string[]> Seen(Person[] people, Guid conversation, Guid message)
    {
        List<string> seen = [];
        foreach (Person person in people)
        {
            foreach (string address in new[]
            {
                "/conversations", $"/conversations/{conversation}", $"/conversations/{conversation}/messages", $"/conversations/{conversation}/messages/{message}",
                $"/conversations/{conversation}/messages/{message}/history", $"/messages?q={Secret}",
            })
            {
                seen.Add((await person.Client.Send("GET", address)).Told());
            }
        }

        return [.. seen];
    }
}
