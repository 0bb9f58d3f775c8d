using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>EditMessage, DeleteMessage, ReactToMessage, RemoveReaction, MarkRead, AnswerRequest.</summary>
public sealed class MessagingMessageTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "5.2")]
    public async Task An_edit_is_an_event_of_its_own_and_answers_with_the_message_as_it_is()
    {
        (ApiHost api, Person[] people, Guid direct) = await Two();
        Guid message = await people[0].Says(direct, "One");
        string place = $"/conversations/{direct}/messages/{message}";

        Answer edited = await people[0].Client.Send("PATCH", place, new { text = "Two" });
        Answer again = await people[0].Client.Send("PATCH", place, new { text = "Two" });

        edited.Status.ShouldBe(200, edited.Text);
        (edited.String("text"), edited.Json.GetProperty("sequence").GetInt64()).ShouldBe(("Two", 2));
        edited.String("edited_at").ShouldNotBeNull();
        again.Text.ShouldBe(edited.Text);
        (await people[1].Client.Send("PATCH", place, new { text = "Three" })).Code().ShouldBe("403 not-your-message");
        (await people[0].Client.Send("PATCH", place, new { ciphertext = "AAAA" })).Code().ShouldBe("422 content-invalid");
        (await people[0].Client.Send("PATCH", $"/conversations/{direct}/messages/{Guid.NewGuid()}", new { text = "Two" })).Code().ShouldBe("404 message-not-found");
        (await api.Messages($"stream_id = '{direct}' and type = 'message.edited'")).ShouldBe(1);
        (await api.Databases["messaging"].Scalar<long>($"select count(*) from message_events where conversation_id = '{direct}' and type = 'edit'")).ShouldBe(1);
    }

    [Fact]
    public async Task An_edit_that_comes_late_again_does_not_undo_a_later_one()
    {
        (_, Person[] people, Guid direct) = await Two();
        string place = $"/conversations/{direct}/messages/{await people[0].Says(direct, "One")}";
        string key = Requests.NewKey();
        await people[0].Client.Send("PATCH", place, new { text = "Two" }, key);
        await people[0].Client.Send("PATCH", place, new { text = "Three" }, Requests.NewKey());
        (await people[0].Client.Send("PATCH", place, new { text = "Two" }, key)).String("text").ShouldBe("Three");
        (await people[0].Client.Send("PATCH", place, new { text = "Four" }, key)).Code().ShouldBe("422 idempotency-key-reused");
    }

    [Fact]
    public async Task A_message_is_deleted_once_and_not_edited_after_that()
    {
        (ApiHost api, Person[] people, Guid direct) = await Two();
        string place = $"/conversations/{direct}/messages/{await people[0].Says(direct, "One")}";
        (await people[1].Client.Send("DELETE", place)).Code().ShouldBe("403 not-your-message");
        (await people[0].Client.Send("DELETE", place)).Status.ShouldBe(204);
        (await people[0].Client.Send("DELETE", place)).Status.ShouldBe(204);
        (await people[0].Client.Send("PATCH", place, new { text = "Two" })).Code().ShouldBe("409 message-deleted");
        (await people[1].Client.Send("PUT", $"{place}/reactions/{Uri.EscapeDataString("👍")}")).Code().ShouldBe("409 message-deleted");
        (await api.Messages($"stream_id = '{direct}' and type = 'message.deleted'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_reaction_is_one_emoji_given_once()
    {
        (ApiHost api, Person[] people, Guid direct) = await Two();
        string place = $"/conversations/{direct}/messages/{await people[0].Says(direct)}/reactions/";
        foreach (string method in new[] { "PUT", "PUT", "DELETE", "DELETE" })
        {
            (await people[1].Client.Send(method, place + Uri.EscapeDataString("👩‍👩‍👧‍👦"))).Status.ShouldBe(204);
        }

        (await api.Messages($"stream_id = '{direct}' and type like 'message.reac%'")).ShouldBe(2);
        foreach (string text in new[] { "ok", "👍👍", "1" })
        {
            (await people[1].Client.Send("PUT", place + Uri.EscapeDataString(text))).Code().ShouldBe("422 emoji-invalid");
        }

        for (int i = 0; i <= 20; i++)
        {
            (await people[1].Client.Send("PUT", place + Uri.EscapeDataString(char.ConvertFromUtf32(0x1F600 + i))))
                .Code().ShouldBe(i < 20 ? "204" : "409 too-many-reactions");
        }
    }

    [Fact]
    public async Task Reading_goes_forward_and_is_recorded_once()
    {
        (ApiHost api, Person[] people, Guid direct) = await Two();
        Guid one = await people[0].Says(direct), two = await people[0].Says(direct);
        foreach ((Guid message, bool isPublic) in new[] { (two, false), (two, false), (one, false), (one, true), (two, true), (one, true) })
        {
            (await people[1].Client.Send("PUT", $"/conversations/{direct}/read", new { message_id = message, is_public = isPublic })).Status.ShouldBe(204);
        }

        (await api.Messages($"stream_id = '{direct}' and type = 'message.read'")).ShouldBe(3);
        (await api.Databases["messaging"].Scalar<Guid>(
            $"select public_read_message_id from participants where conversation_id = '{direct}' and user_id = '{people[1].Id}'")).ShouldBe(two);
    }

    [Fact]
    public async Task A_request_is_answered_by_who_was_asked()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid direct = await people[0].StartDirect(people[1]);
        string request = $"/conversations/{direct}/request";
        (await people[1].Client.Send("PUT", request, new { accept = true })).Code().ShouldBe("409 no-request");
        await people[0].Says(direct);
        (await people[0].Client.Send("PUT", request, new { accept = true })).Code().ShouldBe("409 no-request");
        foreach (bool accept in new[] { false, false, true, true })
        {
            (await people[1].Client.Send("PUT", request, new { accept })).Status.ShouldBe(204);
        }

        (await people[1].Client.Send("PUT", request, new { accept = false })).Code().ShouldBe("409 no-request");
        await people[0].Says(direct);
    }

    [Theory]
    [InlineData("update log.mt_events set data = data || '{\"kind\": \"text\", \"x\": 1}' where type like 'message.%'")]
    [InlineData("delete from log.mt_events where type like 'message.%'")]
    [InlineData("truncate log.mt_events cascade")]
    [Trait("seed", "5.1")]
    [Trait("seed", "5.4")]
    [Trait("seed", "C8")]
    [Trait("seed", "T5")]
    public async Task No_message_is_changed_in_place_by_the_application_nor_by_the_owner_of_the_log(string change)
    {
        (ApiHost api, Person[] people, Guid direct) = await Two();
        await people[0].Says(direct);
        foreach (string connectionString in new[] { api.Databases["messaging"].ConnectionString, api.Databases["messaging"].OwnerConnectionString })
        {
            await using var connection = new Npgsql.NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand(change, connection);
            (await Should.ThrowAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe("42501");
        }

        (await api.Messages($"stream_id = '{direct}' and type = 'message.sent'")).ShouldBe(1);
    }

    private async Task<(ApiHost Api, Person[] People, Guid Direct)> Two()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        await api.BeFriends(people[0], people[1]);
        return (api, people, await people[0].StartDirect(people[1]));
    }
}
