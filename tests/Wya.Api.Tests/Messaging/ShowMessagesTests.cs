using System.Text.Json;
using Shouldly;
using Wya.Domain.Messaging.Events;
using Xunit;

namespace Wya.Api.Tests.Messaging;

public sealed class ShowMessagesTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "5.2")]
    public async Task Pages_are_bounded_by_sequences_and_say_where_there_is_more()
    {
        (Room room, Person mara, Person noor) = await Friends();
        Answer empty = await room.Read(mara);
        (empty.Status, Room.Texts(empty).Length, Room.Bound(empty, "before"), Room.Bound(empty, "after")).ShouldBe((200, 0, null, null));
        for (int i = 2; i <= 11; i++)
        {
            await room.Say(i % 2 == 0 ? mara : noor, $"{i}"); // its own sequence
        }

        await Shows(room, noor, "", "2 3 4 5 6 7 8 9 10 11", null, null);
        await Shows(room, noor, "?limit=3", "9 10 11", 9, null);
        await Shows(room, noor, "?limit=3&before=9", "6 7 8", 6, 8);
        await Shows(room, noor, "?limit=3&before=5", "2 3 4", null, 4);
        await Shows(room, noor, "?before=2", "", null, 1);
        await Shows(room, noor, "?limit=3&after=0", "2 3 4", null, 4);
        await Shows(room, noor, "?limit=3&after=4", "5 6 7", 5, 7);
        await Shows(room, noor, "?limit=3&after=8", "9 10 11", 9, null);
        await Shows(room, noor, "?after=11", "", 12, null);
        await Shows(room, noor, "?limit=1", "11", 11, null);
        await Shows(room, noor, "?limit=1&around=6", "6", 6, 6);
        await Shows(room, noor, "?limit=4&around=6", "4 5 6 7", 4, 7);
        await Shows(room, noor, "?limit=4&around=2", "2 3", null, 3);
        await Shows(room, noor, "?limit=4&around=11", "9 10 11", 9, null);
        foreach (string wrong in new[] { "?limit=0", "?limit=101", "?before=1&after=2", "?around=1&after=2", "?before=-1" })
        {
            (await room.Read(noor, "/messages" + wrong)).Problem.ShouldBe("page-malformed");
        }
    }

    [Fact]
    [Trait("seed", "5.2")]
    [Trait("seed", "R5")]
    public async Task Two_who_read_in_opposite_directions_see_the_same_while_others_write()
    {
        (Room room, Person mara, Person noor) = await Friends();
        for (int i = 0; i < 40; i++)
        {
            await room.Say(mara, $"{i}");
        }

        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(async () =>
        {
            for (int i = 40; !stop.IsCancellationRequested; i++)
            {
                await room.Say(noor, $"{i}");
            }
        });
        List<string?> up = [], down = [];
        for (long? after = 0; after is not null && up.Count < 200;)
        {
            Answer page = await room.Read(mara, $"/messages?limit=7&after={after}");
            up.AddRange(Room.Texts(page));
            after = Room.Bound(page, "after");
        }

        for (long? before = long.MaxValue; before is not null;)
        {
            Answer page = await room.Read(noor, $"/messages?limit=7&before={before}");
            down.InsertRange(0, Room.Texts(page));
            before = Room.Bound(page, "before");
        }

        await stop.CancelAsync();
        await writing;
        up.Count.ShouldBeGreaterThanOrEqualTo(40);
        down.Take(up.Count).ShouldBe(up);
        up.ShouldBe(Enumerable.Range(0, up.Count).Select(i => $"{i}"));
    }

    [Fact]
    [Trait("seed", "5.3")]
    public async Task A_newcomer_does_not_see_what_was_before_and_who_left_sees_nothing()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson(), late = await api.NewPerson();
        await api.HeardFromIdentity();
        Room room = await Room.Of(api, ConversationKind.Group, mara, noor);
        Guid early = await room.Say(mara, "before");
        (await room.Read(late)).Problem.ShouldBe("conversation-not-found");

        await room.Record(new ParticipantAdded(Room.User(late), Room.User(mara)));
        Room.Texts(await room.Read(late)).ShouldBeEmpty();
        await room.Say(noor, "after");

        Room.Texts(await room.Read(late)).ShouldBe(["after"]);
        Room.Bound(await room.Read(late, "/messages?after=0"), "before").ShouldBeNull();
        (await room.Read(late, $"/messages/{early}")).Problem.ShouldBe("message-not-found");
        (await room.Read(late, $"/messages/{early}/history")).Problem.ShouldBe("message-not-found");
        Room.Texts(await room.Read(noor)).ShouldBe(["before", "after"]);
        await room.Record(new ParticipantLeft(Room.User(late)));
        (await room.Read(late)).Problem.ShouldBe("conversation-not-found");
        (await late.Client.Send("GET", "/conversations")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    [Trait("seed", "5.3")]
    public async Task Who_is_blocked_is_left_out_of_a_group_and_a_conversation_with_them_is_not_there()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson(), troll = await api.NewPerson();
        await api.HeardFromIdentity();
        Room group = await Room.Of(api, ConversationKind.Group, mara, noor, troll);
        Room direct = await Room.Of(api, ConversationKind.Direct, mara, troll);
        Guid said = await group.Say(mara, "mine");
        Guid theirs = await group.Say(troll, "theirs");
        await group.React(troll, said, "👎");
        await group.React(noor, said, "👍");
        await direct.Say(troll, "hey");
        (await direct.Read(mara)).Status.ShouldBe(200);

        await api.Block(mara, troll);

        Room.Texts(await group.Read(mara)).ShouldBe(["mine"]);
        Room.Texts(await group.Read(troll)).ShouldBe(["theirs"]); // the other way round alike
        Room.Texts(await group.Read(noor)).ShouldBe(["mine", "theirs"]);
        (await group.Read(mara, $"/messages/{theirs}")).Problem.ShouldBe("message-not-found");
        JsonElement reactions = (await group.Read(mara, $"/messages/{said}")).Json.GetProperty("reactions");
        reactions.EnumerateArray().Select(one => one.GetProperty("emoji").GetString()).ShouldBe(["👍"]);
        Answer shown = await group.Read(mara, "");
        shown.Json.GetProperty("participant_count").GetInt32().ShouldBe(2);
        shown.Text.ShouldNotContain(troll.Id.ToString());
        shown.Json.GetProperty("last_message").GetProperty("text").GetString().ShouldBe("mine");
        shown.Json.GetProperty("unread").GetInt32().ShouldBe(0);
        foreach (string rest in new[] { "", "/messages", $"/messages/{said}", $"/messages/{said}/history" })
        {
            (await direct.Read(mara, rest)).Problem.ShouldBe("conversation-not-found");
            (await direct.Read(troll, rest)).Problem.ShouldBe("conversation-not-found");
        }

        await api.Unblock(mara, troll);
        Room.Texts(await direct.Read(mara)).ShouldBe(["hey"]);
    }

    [Fact]
    [Trait("seed", "5.1")]
    public async Task A_messages_history_says_what_it_said_before_and_of_a_deleted_one_nothing_is_shown()
    {
        (Room room, Person mara, Person noor) = await Friends();
        Guid message = await room.Say(mara, "one");
        (await room.Read(noor, $"/messages/{message}/history")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        await room.Edit(mara, message, "two");
        await room.Edit(mara, message, "three");

        Answer now = await room.Read(noor, $"/messages/{message}");
        Answer history = await room.Read(noor, $"/messages/{message}/history");
        Answer first = await room.Read(noor, $"/messages/{message}/history?limit=1");
        Answer second = await room.Read(noor, $"/messages/{message}/history?limit=1&cursor={first.String("next")}");

        (now.String("text"), now.Json.GetProperty("sequence").GetInt64(), now.String("edited_at") is null).ShouldBe(("three", 2L, false));
        Room.Texts(history).ShouldBe(["one", "two"]);
        Room.Texts(first).ShouldBe(["one"]);
        Room.Texts(second).ShouldBe(["two"]);
        second.String("next").ShouldBeNull();

        await room.Delete(mara, message);
        (await room.Read(noor, $"/messages/{message}/history")).Problem.ShouldBe("message-deleted");
        Answer gone = await room.Read(noor, $"/messages/{message}");
        (gone.Status, gone.String("text"), gone.String("deleted_at") is null).ShouldBe((200, null, false));
        Room.Texts(await room.Read(noor)).ShouldBe([null]);
        (await room.Read(noor)).Text.ShouldNotContain("three");
    }

    [Fact]
    public async Task An_answer_says_how_fresh_it_is_and_goes_on_without_identity()
    {
        (Room room, Person mara, Person noor) = await Friends();
        await room.Say(mara, "hello");
        Answer page = await room.Read(noor);
        page.Position.ShouldStartWith("messaging:");
        page.Header("Wya-Lag-Seconds").ShouldBe("0");
        (await noor.Client.Send("GET", room.Address + "/messages", position: page.Position)).Status.ShouldBe(200);
        (await noor.Client.Send("GET", room.Address + "/messages", position: "messaging:999999999")).Problem.ShouldBe("position-in-the-future");
        (await noor.Client.Send("GET", room.Address + "/messages", position: "identity:1")).Problem.ShouldBe("position-malformed");
    }

    private async Task<(Room Room, Person Mara, Person Noor)> Friends()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(), noor = await api.NewPerson();
        await api.HeardFromIdentity();
        return (await Room.Of(api, ConversationKind.Direct, mara, noor), mara, noor);
    }

    private static async Task Shows(Room room, Person reader, string question, string texts, long? before, long? after)
    {
        Answer page = await room.Read(reader, "/messages" + question);
        page.Status.ShouldBe(200, page.Text);
        string.Join(' ', Room.Texts(page)).ShouldBe(texts, question);
        (Room.Bound(page, "before"), Room.Bound(page, "after")).ShouldBe((before, after), question);
    }
}
