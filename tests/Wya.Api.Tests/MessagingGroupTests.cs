using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>CreateGroup, AddParticipant, LeaveConversation, RemoveParticipant, ArchiveConversation, MuteConversation.</summary>
public sealed class MessagingGroupTests(SharedApi shared)
{
    [Fact]
    public async Task A_group_is_created_once_for_each_key()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        string key = Requests.NewKey();
        object body = new { kind = "group", user_ids = new[] { people[1].Id, people[2].Id }, title = "Lanterns" };

        Answer created = await people[0].Client.Send("POST", "/conversations", body, key);
        Answer again = await people[0].Client.Send("POST", "/conversations", body, key);
        Answer other = await people[0].Client.Send("POST", "/conversations", new { kind = "group", user_ids = new[] { people[1].Id } }, key);
        Answer without = await people[0].Client.Send("POST", "/conversations", body);

        created.Status.ShouldBe(201, created.Text);
        again.Text.ShouldBe(created.Text);
        created.Json.GetProperty("participants").GetArrayLength().ShouldBe(3);
        created.Json.GetProperty("participants")[0].GetGuid().ShouldBe(people[0].Id);
        created.Json.GetProperty("conversation_id").GetGuid().Version.ShouldBe(8); // made from the key
        other.Code().ShouldBe("422 idempotency-key-reused");
        without.Code().ShouldBe("400 idempotency-key-missing");
    }

    [Fact]
    [Trait("seed", "A5")]
    public async Task Everybody_who_is_not_met_is_told_alike()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(6);
        Person young = (await api.NewPeople(1, age: 19))[0];
        Guid group = await people[0].StartGroup(people[1]);
        await api.Block(people[2], people[0]);
        await api.Block(people[0], people[3]);
        await api.HappensTo(people[4], new UserErased());
        await api.Ban(people[5].Id);
        Guid nobody = Guid.CreateVersion7();

        HashSet<string> told = [];
        foreach (Guid other in new[] { nobody, people[2].Id, people[3].Id, people[4].Id, people[5].Id, young.Id })
        {
            told.Add((await people[0].Client.Send("POST", "/conversations", new { kind = "direct", user_id = other })).Told());
            told.Add((await people[0].Client.Send(
                "POST", "/conversations", new { kind = "group", user_ids = new[] { people[1].Id, other } }, Requests.NewKey())).Told());
            told.Add((await people[0].Client.Send("PUT", $"/conversations/{group}/participants/{other}")).Told());
        }

        told.Count.ShouldBe(1, string.Join('\n', told));
        told.Single().ShouldStartWith("404 ");
        told.Single().ShouldContain("/problems/user-not-found");
    }

    [Theory]
    [InlineData("""{"kind": "group"}""")]
    [InlineData("""{"kind": "direct"}""")]
    [InlineData("""{"kind": "direct", "user_ids": []}""")]
    [InlineData("""{"kind": "group", "user_id": "0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11", "user_ids": []}""")]
    [InlineData("""{"kind": "crowd", "user_ids": []}""")]
    public async Task A_body_that_is_of_neither_kind_is_malformed(string body)
    {
        ApiHost api = await shared.Host();
        (await (await api.NewPeople(1))[0].Client.Send("POST", "/conversations", body, Requests.NewKey())).Code().ShouldBe("400 malformed-request");
    }

    [Fact]
    public async Task Who_is_added_sees_what_follows_alone_and_who_is_removed_nothing_more()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Guid group = await people[0].StartGroup(people[1]);
        Guid before = await people[0].Says(group);
        string place = $"/conversations/{group}/participants/{people[2].Id}";

        (await people[2].Client.Send("PUT", place)).Code().ShouldBe("404 conversation-not-found");
        (await people[1].Client.Send("PUT", place)).Status.ShouldBe(204);
        (await people[0].Client.Send("PUT", place)).Status.ShouldBe(204);
        Guid after = await people[0].Says(group);
        (await Read(people[2], group, before)).ShouldBe("404 message-not-found");
        (await Read(people[2], group, after)).ShouldBe("204");
        (await people[2].Client.Send("PUT", $"/conversations/{group}/messages/{Guid.NewGuid()}", new { text = "?", reply_to = before }))
            .Code().ShouldBe("422 reply-unknown");

        (await people[1].Client.Send("DELETE", place)).Code().ShouldBe("403 not-your-group");
        (await people[0].Client.Send("DELETE", place)).Status.ShouldBe(204);
        (await people[0].Client.Send("DELETE", place)).Status.ShouldBe(204);
        (await Read(people[2], group, after)).ShouldBe("404 conversation-not-found");
        (await people[0].Client.Send("PUT", place)).Status.ShouldBe(204);
        (await Read(people[2], group, after)).ShouldBe("404 message-not-found");
        (await api.Messages($"stream_id = '{group}' and type in ('conversation.participant_added', 'conversation.participant_left')")).ShouldBe(3);
    }

    [Fact]
    public async Task Whoever_leaves_is_told_the_same_as_who_was_never_there()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Guid group = await people[0].StartGroup(people[1]);

        foreach ((Person person, Guid conversation) in new[] { (people[1], group), (people[1], group), (people[2], group), (people[2], Guid.NewGuid()) })
        {
            Answer left = await person.Client.Send("DELETE", $"/conversations/{conversation}/participants/{person.Id}");
            (left.Status, left.Text).ShouldBe((204, ""));
        }

        (await api.Messages($"stream_id = '{group}' and type = 'conversation.participant_left'")).ShouldBe(1);
        await api.BeFriends(people[0], people[1]);
        Guid direct = await people[0].StartDirect(people[1]);
        (await people[0].Client.Send("DELETE", $"/conversations/{direct}/participants/{people[0].Id}")).Code().ShouldBe("409 not-a-group");
    }

    [Fact]
    public async Task Archiving_and_muting_twice_records_once()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid group = await people[0].StartGroup(people[1]);

        (await people[1].Client.Send("PUT", $"/conversations/{group}/archive")).Code().ShouldBe("403 not-your-group");
        foreach ((string method, string what) in new[] { ("PUT", "mute"), ("PUT", "mute"), ("DELETE", "mute"), ("DELETE", "mute"), ("PUT", "archive"), ("PUT", "archive") })
        {
            (await people[0].Client.Send(method, $"/conversations/{group}/{what}")).Status.ShouldBe(204);
        }

        (await api.Messages($"stream_id = '{group}'")).ShouldBe(4, "created, muted, unmuted, archived");
        (await people[1].Client.Send("PUT", $"/conversations/{group}/messages/{Guid.NewGuid()}", new { text = "?" })).Code().ShouldBe("409 conversation-archived");
    }

    private static async Task<string> Read(Person person, Guid conversation, Guid message) =>
        (await person.Client.Send("PUT", $"/conversations/{conversation}/read", new { message_id = message })).Code();
}
