using Shouldly;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Xunit;

namespace Wya.Api.Tests.Messaging;

public sealed class SearchMessagesTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "5.2")]
    [Trait("seed", "P1")]
    public async Task Words_find_what_was_said_in_ones_own_conversations_and_nowhere_else()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson(), sam = await api.NewPerson();
        await api.HeardFromIdentity();
        Room room = await Room.Of(api, ConversationKind.Direct, mara, noor);
        Room other = await Room.Of(api, ConversationKind.Group, mara, sam);
        Room apart = await Room.Of(api, ConversationKind.Direct, noor, sam);
        await room.Say(noor, "The Café opens at NINE, straße 7a");
        Guid edited = await room.Say(mara, "café at ten");
        await other.Say(sam, "cafe\u0301 nine ten");
        await apart.Say(noor, "café with you");
        await room.Record(new MessageSent(
            Room.User(noor), MessageKind.Ciphertext, new Sensitive<MessageContent>(noor.Id, new MessageContent(Ciphertext: "Y2Fmw6k="))));
        long position = await room.Say(mara, "nothing") is var last ? await room.Edit(mara, last, "still nothing") : 0;

        (await Find(mara, "cafe", position)).ShouldBe(["cafe\u0301 nine ten", "café at ten", "The Café opens at NINE, straße 7a"]);
        (await Find(mara, "CAFÉ nine", position)).ShouldBe(["cafe\u0301 nine ten", "The Café opens at NINE, straße 7a"]);
        (await Find(mara, "strasse", position)).Length.ShouldBe(1);
        (await Find(mara, "caf", position)).ShouldBeEmpty();
        (await Find(mara, $"cafe&conversation_id={room.Id}", position)).Length.ShouldBe(2);
        (await Find(sam, "cafe", position)).ShouldBe(["café with you", "cafe\u0301 nine ten"]);
        (await mara.Client.Send("GET", $"/messages?q=cafe&conversation_id={apart.Id}")).Problem.ShouldBe("conversation-not-found");
        (await mara.Client.Send("GET", "/messages?q=a+b")).Problem.ShouldBe("search-words-invalid");
        (await mara.Client.Send("GET", "/messages?q=aa+bb+cc+dd+ee+ff")).Problem.ShouldBe("search-words-invalid");
        (await mara.Client.Send("GET", "/messages?q=cafe&cursor=x")).Problem.ShouldBe("cursor-malformed");

        Answer page = await mara.Client.Send("GET", "/messages?q=cafe&limit=2");
        Answer rest = await mara.Client.Send("GET", $"/messages?q=cafe&limit=2&cursor={page.String("next")}");
        page.Position.ShouldStartWith("messaging:");
        Room.Texts(rest).ShouldBe(["The Café opens at NINE, straße 7a"]);
        rest.String("next").ShouldBeNull();

        position = await room.Edit(mara, edited, "tea at ten");
        (await Find(mara, "tea", position)).ShouldBe(["tea at ten"]);
        (await Find(mara, $"cafe&conversation_id={room.Id}", position)).Length.ShouldBe(1);
        position = await room.Delete(mara, edited);
        (await Find(mara, "tea", position)).ShouldBeEmpty();
        (await api.Databases["messaging"].Scalar<long>($"select count(*) from message_search where message_id = '{edited}'")).ShouldBe(0);

        await api.Block(mara, sam);
        (await Find(mara, "cafe", position)).ShouldBe(["The Café opens at NINE, straße 7a"]);
    }

    private static async Task<string?[]> Find(Person reader, string question, long position)
    {
        Answer found = await reader.Client.Send("GET", $"/messages?q={question}", position: $"messaging:{position}");
        found.Status.ShouldBe(200, found.Text);
        return Room.Texts(found);
    }
}
