using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>What is told, to whom, and in which order.</summary>
public sealed class LiveFeedTests(SharedLive shared) : IClassFixture<SharedLive>, IAsyncLifetime
{
    private ApiHost api = null!;

    public async ValueTask InitializeAsync() => api = await shared.Host();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Trait("seed", "5.3")]
    public async Task Every_frame_says_what_happened_and_both_transports_say_the_same()
    {
        Person[] people = await api.Friends(3);
        (Person mara, Person noor, Person ida) = (people[0], people[1], people[2]);
        await using LiveClient stream = await LiveClient.Stream(mara.Client);
        await using LiveClient socket = await LiveClient.Connect(api, mara.TokenOf());
        await using LiveClient noors = await LiveClient.Connect(api, noor.TokenOf(), bySubprotocol: true);
        noors.Socket.SubProtocol.ShouldBe("wya.v1");

        Guid talk = await api.Conversation(ConversationKind.Group, mara, noor);
        (UserId maraId, UserId noorId, UserId idaId) = (new(mara.Id), new(noor.Id), new(ida.Id));
        await api.Record(talk, new ParticipantAdded(idaId, maraId), new ConversationMuted(maraId), new ConversationUnmuted(maraId));
        (Guid message, _) = await api.Say(talk, noor, "Come in!");
        var id = new MessageId(message);
        await api.Record(
            talk,
            new MessageReacted(maraId, id, "❤"),
            new ReactionRemoved(maraId, id, "❤"),
            new MessageEdited(noorId, id, new Sensitive<MessageContent>(noor.Id, new MessageContent("Come in, all!"))),
            new MessageRead(noorId, id, 5, IsPublic: false),
            new MessageRead(maraId, id, 5, IsPublic: false),
            new MessageRead(noorId, id, 5, IsPublic: true),
            new ConversationRequested(noorId),
            new RequestAccepted(maraId),
            new RequestDeclined(noorId),
            new MessageDeleted(noorId, id),
            new ParticipantLeft(idaId, maraId));
        long end = await api.Record(talk, new ConversationArchived(maraId));
        await Task.WhenAll(stream.Hears(end), socket.Hears(end), noors.Hears(end));

        string[] marasTypes =
        [
            "conversation.created", "conversation.participant_added", "conversation.muted", "conversation.unmuted", "message.sent",
            "message.edited", "message.read", "message.read", "conversation.requested", "conversation.request_accepted",
            "message.deleted", "conversation.participant_left", "conversation.archived",
        ];
        stream.Events.Select(frame => frame.Type).Where(type => !type.StartsWith("message.react", StringComparison.Ordinal)).ShouldBe(marasTypes);
        noors.Events.Select(frame => frame.Type).ShouldContain("conversation.request_declined");
        noors.Events.Select(frame => frame.Type).ShouldNotContain("conversation.muted");
        noors.Events.Count(frame => frame.Type == "message.read").ShouldBe(2); // her own two
        socket.Events.Select(frame => (frame.Id, frame.Type, frame.Text)).ShouldBe(stream.Events.Select(frame => (frame.Id, frame.Type, frame.Text)));
        foreach (LiveClient client in new[] { stream, socket, noors })
        {
            long?[] ids = [.. client.Events.Select(frame => frame.Id)];
            ids.ShouldBe(ids.Order().Distinct());
            client.Frames[0].Data.GetProperty("position").GetString().ShouldBe($"{client.Frames[0].Id}");
            client.Frames.ShouldAllBe(frame => Described.Fits(frame));
        }
    }

    [Fact]
    [Trait("seed", "5.3")]
    [Trait("seed", "R5")]
    public async Task Whoever_comes_back_at_whatever_place_misses_nothing_and_hears_nothing_twice()
    {
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        await using LiveClient whole = await LiveClient.Stream(people[0].Client);
        long start = whole.LastId, end = 0;
        for (int i = 0; i < 12; i++)
        {
            (_, end) = await api.Say(talk, people[i % 2], $"message {i}");
        }

        await whole.Hears(end);
        for (long place = start; place <= end; place++)
        {
            await using LiveClient stream = await LiveClient.Stream(people[0].Client, place, inHeader: place % 2 == 0);
            await using LiveClient socket = await LiveClient.Connect(api, people[0].TokenOf(), place);
            (_, long next) = await api.Say(talk, people[1], "and on");
            await Task.WhenAll(stream.Hears(next), socket.Hears(next), whole.Hears(next));
            (long?, string)[] expected = [.. whole.Events.Where(frame => frame.Id > place && frame.Id <= next).Select(frame => (frame.Id, frame.Text))];
            stream.Events.Select(frame => (frame.Id, frame.Text)).ShouldBe(expected);
            socket.Events.Select(frame => (frame.Id, frame.Text)).ShouldBe(expected);
            stream.Frames[0].Data.GetProperty("resumed").GetBoolean().ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_client_that_changes_its_transport_while_others_write_misses_nothing()
    {
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        List<long> heard = [];
        await using LiveClient first = await LiveClient.Stream(people[0].Client);
        long place = first.LastId;
        const int turns = 12, messagesOfTurn = 100; // more than are heard in a turn: the rest falls into the change
        using var may = new SemaphoreSlim(messagesOfTurn);
        Task<List<long>> writing = Task.Run(async () =>
        {
            List<long> sent = [];
            while (sent.Count < turns * messagesOfTurn)
            {
                await may.WaitAsync();
                sent.Add((await api.Say(talk, people[1], "more")).Position);
            }

            return sent;
        });
        for (int turn = 0; turn < turns; turn++)
        {
            await using LiveClient client = turn % 2 == 0
                ? await LiveClient.Connect(api, people[0].TokenOf(), place)
                : await LiveClient.Stream(people[0].Client, place);
            await Eventually.Is(() => client.Events.Count >= 5, "five more are heard");
            long[] ids = [.. client.Events.Select(frame => frame.Id!.Value)];
            heard.AddRange(ids);
            place = ids[^1];
            may.Release(messagesOfTurn);
        }

        List<long> all = await writing;
        heard.ShouldBe(all.Where(position => position <= place));
    }

    [Fact]
    public async Task What_another_node_records_is_heard_here_without_a_poll()
    {
        await using ApiHost there = await api.StartLiveBeside(role: "api");
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        await using LiveClient here = await LiveClient.Stream(people[0].Client);
        await using LiveClient elsewhere = await LiveClient.Stream(people[0].At(there));
        for (int i = 0; i < 10; i++)
        {
            (_, long position) = await (i % 2 == 0 ? api : there).Say(talk, people[1], "hello");
            await Task.WhenAll(here.Hears(position), elsewhere.Hears(position));
        }

        elsewhere.Events.Select(frame => (frame.Id, frame.Text)).ShouldBe(here.Events.Select(frame => (frame.Id, frame.Text)));
    }

    [Fact]
    [Trait("seed", "A5")]
    public async Task Nobody_hears_who_could_not_read()
    {
        Person[] people = await api.Friends(4);
        (Person mara, Person noor, Person ida, Person stranger) = (people[0], people[1], people[2], people[3]);
        Person young = await api.NewPerson(age: 19);
        await api.HeardFromIdentity();
        Guid pair = await api.Conversation(ConversationKind.Direct, mara, noor);
        Guid group = await api.Conversation(ConversationKind.Group, mara, noor, ida, young);
        await using LiveClient noors = await LiveClient.Stream(noor.Client), idas = await LiveClient.Stream(ida.Client);
        await using LiveClient strangers = await LiveClient.Stream(stranger.Client), youngs = await LiveClient.Stream(young.Client);
        long begin = noors.LastId;
        await api.Block(noor, mara);
        (_, long toPair) = await api.Say(pair, mara, "hidden from noor");
        (_, long toGroup) = await api.Say(group, mara, "hidden from noor in the group");
        await idas.Hears(toGroup);
        await api.Record(group, new ParticipantLeft(new UserId(ida.Id)));
        (_, long afterLeaving) = await api.Say(group, noor, "ida is gone");
        await noors.Hears(afterLeaving);
        await idas.Hears(frame => frame.Type == "conversation.participant_left", "her own leaving");
        (_, long marker) = await api.Say(await api.Conversation(ConversationKind.Direct, stranger, ida), ida, "marker");
        await Task.WhenAll(strangers.Hears(marker), idas.Hears(marker));

        noors.Events.Select(frame => frame.Id).ShouldNotContain(toPair);
        noors.Events.Select(frame => frame.Id).ShouldNotContain(toGroup);
        idas.Events.Select(frame => frame.Id).ShouldContain(toGroup);
        idas.Events.Select(frame => frame.Id).ShouldNotContain(afterLeaving);
        strangers.Events.Count.ShouldBe(2);
        youngs.Events.ShouldBeEmpty();

        // Whoever was away hears no more than who was there.
        await using LiveClient noorLater = await LiveClient.Stream(noor.Client, begin), idaLater = await LiveClient.Stream(ida.Client, begin);
        await idaLater.Hears(marker);
        await noorLater.Hears(afterLeaving);
        noorLater.Events.Select(frame => frame.Text).ShouldBe(noors.Events.Select(frame => frame.Text));
        idaLater.Events.Select(frame => frame.Id).ShouldNotContain(afterLeaving);
    }

    [Fact]
    [Trait("seed", "A5")]
    public async Task What_was_deleted_meanwhile_does_not_come_with_what_was_missed()
    {
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        await using LiveClient before = await LiveClient.Stream(people[0].Client);
        (Guid message, long sent) = await api.Say(talk, people[1], "regretted words");
        await before.Hears(sent);
        before.Events[^1].MessageText.ShouldBe("regretted words");
        await api.Record(talk, new MessageDeleted(new UserId(people[1].Id), new MessageId(message)));
        await using LiveClient later = await LiveClient.Stream(people[0].Client, sent - 1);
        await later.Hears(frame => frame.Type == "message.deleted", "the deletion");
        later.Frames.ShouldAllBe(frame => !frame.Text.Contains("regretted", StringComparison.Ordinal));
        later.Events[0].Data.GetProperty("message").TryGetProperty("deleted_at", out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Typing_is_told_to_the_others_on_every_node_ends_by_itself_and_is_nowhere_recorded()
    {
        await using ApiHost there = await api.StartLiveBeside();
        Person[] people = await api.Friends(3);
        Guid talk = await api.Conversation(ConversationKind.Direct, people[0], people[1]);
        await using LiveClient own = await LiveClient.Connect(api, people[0].TokenOf());
        await using LiveClient here = await LiveClient.Stream(people[1].Client), elsewhere = await LiveClient.Stream(people[1].At(there));
        await using LiveClient stranger = await LiveClient.Stream(people[2].Client);
        long head = await api.Databases["messaging"].Scalar<long>("select position from log.wya_log_head");

        await own.Say($$"""{"type":"typing","conversation_id":"{{talk}}","is_typing":true}""");
        await Task.WhenAll(Types(here, true), Types(elsewhere, true));
        await Task.WhenAll(Types(here, false), Types(elsewhere, false)); // nobody says so: the time is over
        (await people[0].Client.Send("POST", $"/conversations/{talk}/typing", new { is_typing = true })).Status.ShouldBe(204);
        await Eventually.Is(() => here.Events.Count(frame => frame.Type == "typing") >= 3, "typing again");
        (_, long position) = await api.Say(talk, people[0], "said");
        await here.Hears(position);
        await Eventually.Is(() => here.Events.Count(frame => frame.Type == "typing") == 4, "the message ends it");
        here.Events.Where(frame => frame.Type == "typing").ShouldAllBe(frame => frame.Id == null && Described.Fits(frame));
        (await people[2].Client.Send("POST", $"/conversations/{talk}/typing", new { is_typing = true })).Problem.ShouldBe("conversation-not-found");
        own.Events.ShouldNotContain(frame => frame.Type == "typing");
        stranger.Events.ShouldBeEmpty();
        position.ShouldBe(head + 1);

        static Task Types(LiveClient client, bool isTyping) => client.Hears(
            frame => frame.Type == "typing" && frame.Data.GetProperty("is_typing").GetBoolean() == isTyping, "typing");
    }

    [Fact]
    public async Task Nothing_of_it_is_in_the_log_of_the_process()
    {
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        await using LiveClient client = await LiveClient.Connect(api, people[0].TokenOf());
        (Guid message, long position) = await api.Say(talk, people[1], "nobody writes this down");
        await client.Hears(position);
        await client.Say($$"""{"type":"typing","conversation_id":"{{talk}}","is_typing":true}""");
        await using LiveClient later = await LiveClient.Stream(people[0].Client, position - 1);
        await later.Hears(position);
        foreach (string secret in new[] { $"{talk}", $"{message}", $"{people[0].Id}", $"{people[1].Id}", "nobody writes", people[0].TokenOf() })
        {
            api.Log.Text.ShouldNotContain(secret);
        }
    }
}
