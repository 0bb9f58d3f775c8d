using System.Text.Json;
using Shouldly;
using Wya.Domain.Messaging.Events;
using Xunit;

namespace Wya.Api.Tests.Messaging;

public sealed class ShowConversationsTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "5.2")]
    public async Task A_list_is_by_activity_with_handles_counts_and_last_messages()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson(), sam = await api.NewPerson();
        await api.HeardFromIdentity();
        Room first = await Room.Of(api, ConversationKind.Direct, mara, noor);
        Room second = await Room.Of(api, ConversationKind.Group, noor, mara, sam);
        Room third = await Room.Of(api, ConversationKind.Direct, mara, sam);
        Guid read = await first.Say(noor, "a");
        await second.Say(sam, "b", mara);
        await second.Say(noor, "c");
        await first.Say(noor, "d");
        await first.Say(mara, "e");
        await first.Record(new MessageRead(Room.User(mara), new MessageId(read), 2, IsPublic: false));

        JsonElement[] items = await Items(mara, "");
        items.Select(Id).ShouldBe([first.Id, second.Id, third.Id]);
        items.Select(item => item.GetProperty("unread").GetInt32()).ShouldBe([1, 2, 0]);
        items.Select(item => item.GetProperty("mentions").GetInt32()).ShouldBe([0, 1, 0]);
        items[0].GetProperty("last_message").GetProperty("text").GetString().ShouldBe("e");
        items[0].GetProperty("read_sequence").GetInt64().ShouldBe(2);
        items[1].GetProperty("participants").EnumerateArray().Select(one => one.GetProperty("handle").GetString())
            .ShouldBe([mara.Handle, noor.Handle, sam.Handle], ignoreOrder: true);
        items[1].GetProperty("participant_count").GetInt32().ShouldBe(3);
        items[2].TryGetProperty("last_message", out _).ShouldBeFalse();
        JsonElement hers = (await first.Read(noor, "")).Json.GetProperty("participants").EnumerateArray().Single(one => one.GetProperty("user_id").GetGuid() == mara.Id);
        hers.TryGetProperty("read_message_id", out _).ShouldBeFalse(); // she keeps it to herself

        Answer page = await mara.Client.Send("GET", "/conversations?limit=2");
        await third.Say(sam, "moves to the top");
        Answer next = await mara.Client.Send("GET", $"/conversations?limit=2&cursor={page.String("next")}");
        next.Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await Items(mara, "")).Select(Id).ShouldBe([third.Id, first.Id, second.Id]);
        (await mara.Client.Send("GET", "/conversations?cursor=nonsense")).Problem.ShouldBe("cursor-malformed");
        (await mara.Client.Send("GET", "/conversations?limit=0")).Problem.ShouldBe("cursor-malformed");
    }

    [Fact]
    public async Task Counts_end_at_a_hundred()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        Room room = await Room.Of(api, ConversationKind.Group, noor, mara);
        for (int i = 0; i < 105; i++)
        {
            await room.Say(noor, "again", mara);
        }

        Answer shown = await room.Read(mara, "");
        (shown.Json.GetProperty("unread").GetInt32(), shown.Json.GetProperty("mentions").GetInt32()).ShouldBe((100, 100));
    }

    [Fact]
    [Trait("seed", "5.3")]
    public async Task A_request_waits_in_a_list_of_its_own_until_it_is_accepted_and_nobody_is_told_that_it_was_declined()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        Answer started = await mara.Client.Send("POST", "/conversations", new { kind = "direct", user_id = noor.Id });
        var room = new Room(api, started.Json.GetProperty("conversation_id").GetGuid());
        (await Items(mara, "")).Single().GetProperty("request").GetProperty("state").GetString().ShouldBe("open");
        (await Items(noor, "")).ShouldBeEmpty();
        (await Items(noor, "?requests=true")).ShouldBeEmpty();
        await room.Say(mara, "May I?");
        await room.Record(new ConversationRequested(Room.User(mara)));

        (await Items(noor, "")).ShouldBeEmpty();
        (await Items(noor, "?requests=true")).Single().GetProperty("last_message").GetProperty("text").GetString().ShouldBe("May I?");
        await room.Record(new RequestDeclined(Room.User(noor)));
        (await Items(noor, "?requests=true")).ShouldBeEmpty();
        (await Items(mara, "")).Single().GetProperty("request").GetProperty("state").GetString().ShouldBe("waiting");

        await room.Record(new RequestAccepted(Room.User(noor)));
        (await Items(noor, "")).Select(Id).ShouldBe([room.Id]);
        (await Items(mara, "")).Single().TryGetProperty("request", out _).ShouldBeFalse();
    }

    private static Guid Id(JsonElement item) => item.GetProperty("conversation_id").GetGuid();

    private static async Task<JsonElement[]> Items(Person reader, string question)
    {
        Answer list = await reader.Client.Send("GET", "/conversations" + question);
        list.Status.ShouldBe(200, list.Text);
        return [.. list.Json.GetProperty("items").EnumerateArray()];
    }
}
