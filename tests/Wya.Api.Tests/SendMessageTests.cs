using Xunit;

namespace Wya.Api.Tests;

public sealed class SendMessageTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "W5")]
    public async Task A_message_between_friends_is_answered_with_its_sequence_and_again_alike()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        await api.BeFriends(mara, noor);
        Answer started = await mara.Client.Send("POST", "/conversations", new { kind = "direct", user_id = noor.Id });
        Assert.True(started.Status == 201, started.ToString());
        string conversation = started.String("conversation_id")!;
        var id = Guid.NewGuid();

        Answer sent = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/{id}", new { text = "Come in!" });
        Answer again = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/{id}", new { text = "Come in!" });
        Answer other = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/{id}", new { text = "Stay out!" });

        Assert.True(sent.Status == 201, sent.ToString());
        Assert.Equal(2, sent.Json.GetProperty("sequence").GetInt64());
        Assert.Equal(sent.Text, again.Text);
        Assert.Equal((422, "message-id-reused"), (other.Status, other.Problem));
    }

    [Fact]
    [Trait("seed", "E3")]
    public async Task What_the_clients_have_encrypted_passes_through_as_it_is()
    {
        ApiHost api = await shared.Host();
        (Person mara, Person noor, string conversation) = await Friends(api);
        const string ciphertext = "AAECAwQFBgcICQ==";

        Answer sent = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/{Guid.NewGuid()}", new { kind = "ciphertext", ciphertext });
        Answer page = await noor.Client.Send("GET", $"/conversations/{conversation}/messages");

        Assert.True(sent.Status == 201, sent.ToString());
        var message = Assert.Single(page.Json.GetProperty("items").EnumerateArray());
        Assert.Equal("ciphertext", message.GetProperty("kind").GetString());
        Assert.Equal(ciphertext, message.GetProperty("ciphertext").GetString());
        Assert.False(message.TryGetProperty("text", out _));
    }

    [Theory]
    [InlineData("{\"text\": \"   \"}", 422, "content-invalid")]
    [InlineData("{}", 422, "content-invalid")]
    [InlineData("{\"kind\": \"ciphertext\", \"ciphertext\": \"no base64!\"}", 422, "content-invalid")]
    [InlineData("{\"kind\": \"ciphertext\", \"ciphertext\": \"AAAA\", \"text\": \"both\"}", 422, "content-invalid")]
    [InlineData("{\"kind\": \"shout\", \"text\": \"Hello\"}", 400, "malformed-request")]
    [InlineData("{\"text\": \"Hello\", \"sender_id\": \"0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11\"}", 400, "malformed-request")]
    [InlineData("{\"text\": \"Hello\", \"reply_to\": \"0192f2c1-8d11-7f3a-8f0e-2b7d5c9a6e42\"}", 422, "reply-unknown")]
    [InlineData("{\"text\": \"Hello\", \"mentions\": [\"0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11\"]}", 422, "mentions-invalid")]
    [InlineData("{\"text\": \"Hello\", \"attachments\": [{\"reference\": \"\", \"media_type\": \"image/png\"}]}", 422, "content-invalid")]
    public async Task What_cannot_be_sent_is_refused_and_changes_nothing(string body, int status, string code)
    {
        ApiHost api = await shared.Host();
        (Person mara, _, string conversation) = await Friends(api);

        Answer refused = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/{Guid.NewGuid()}", body);
        Answer page = await mara.Client.Send("GET", $"/conversations/{conversation}/messages");

        Assert.Equal((status, code), (refused.Status, refused.Problem));
        Assert.Empty(page.Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Ten_thousand_characters_are_sent_and_one_more_is_not_and_the_systems_own_kind_of_id_is_refused()
    {
        ApiHost api = await shared.Host();
        (Person mara, _, string conversation) = await Friends(api);
        string longest = new('x', 10_000);

        Answer sent = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/{Guid.NewGuid()}", new { text = longest });
        Answer refused = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/{Guid.NewGuid()}", new { text = longest + "!" });
        Answer derived = await mara.Client.Send("PUT", $"/conversations/{conversation}/messages/0192f2c1-8d11-8f3a-8f0e-2b7d5c9a6e42", new { text = "Hello" });

        Assert.Equal(201, sent.Status);
        Assert.Equal((422, "content-invalid"), (refused.Status, refused.Problem));
        Assert.Equal((422, "message-id-invalid"), (derived.Status, derived.Problem));
    }

    [Fact]
    public async Task What_was_acknowledged_is_acknowledged_again_after_a_block_and_to_nobody_else()
    {
        ApiHost api = await shared.Host();
        (Person mara, Person noor, string conversation) = await Friends(api);
        string place = $"/conversations/{conversation}/messages/{Guid.NewGuid()}";
        Answer sent = await mara.Client.Send("PUT", place, new { text = "Hello" });
        await api.Block(noor, mara);

        Answer again = await mara.Client.Send("PUT", place, new { text = "Hello" });
        Answer changed = await mara.Client.Send("PUT", place, new { text = "Something else" });
        Answer others = await noor.Client.Send("PUT", place, new { text = "Hello" });

        Assert.Equal((sent.Status, sent.Text), (again.Status, again.Text));
        Assert.Equal((404, "conversation-not-found"), (changed.Status, changed.Problem));
        Assert.Equal((404, "conversation-not-found"), (others.Status, others.Problem));
    }

    private static async Task<(Person Mara, Person Noor, string Conversation)> Friends(ApiHost api)
    {
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        await api.BeFriends(mara, noor);
        Answer started = await mara.Client.Send("POST", "/conversations", new { kind = "direct", user_id = noor.Id });
        return (mara, noor, started.String("conversation_id")!);
    }
}
