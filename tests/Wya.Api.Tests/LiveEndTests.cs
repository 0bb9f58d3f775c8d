using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Wya.Api.Messaging.Live;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>How a live connection begins, what it refuses, and why it ends.</summary>
public sealed class LiveEndTests(SharedLive shared) : IClassFixture<SharedLive>
{
    [Fact]
    public async Task A_token_that_ends_ends_the_connection()
    {
        var clock = new ShiftedClock();
        await using ApiHost api = await LiveHouse.Start(services: container => container.AddSingleton<TimeProvider>(clock));
        Person person = (await api.Friends(1))[0];
        await using LiveClient stream = await LiveClient.Stream(person.Client);
        await using LiveClient socket = await LiveClient.Connect(api, person.TokenOf());
        clock.Advance(TimeSpan.FromMinutes(11));
        await Goes(stream, "token_expired");
        await Goes(socket, "token_expired");
        socket.Socket.CloseStatus.ShouldBe(WebSocketCloseStatus.PolicyViolation);
        socket.Socket.CloseStatusDescription.ShouldBe("token_expired");
    }

    [Fact]
    [Trait("seed", "A5")]
    public async Task A_suspension_and_the_end_of_a_session_end_the_connection()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.Friends(2);
        SignedIn signedIn = await api.NewSession();
        await api.HeardFromIdentity();
        await using LiveClient suspended = await LiveClient.Stream(people[0].Client);
        await using LiveClient ended = await LiveClient.Stream(signedIn.Client);
        await api.Suspend(people[0].Id);
        (await signedIn.Client.Send("DELETE", $"/me/sessions/{signedIn.Session}")).Status.ShouldBe(204);
        await Goes(suspended, "barred");
        await Goes(ended, "session_ended");
        (await people[0].Client.Send("GET", "/live")).Problem.ShouldBe("account-suspended");
        (await signedIn.Client.Send("GET", "/live")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Nodes_that_are_replaced_one_by_one_say_so_and_whoever_goes_on_at_the_next_misses_nothing()
    {
        ApiHost api = await LiveHouse.Start();
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        Person person = people[0];
        await using LiveClient stays = await LiveClient.Stream(person.Client);
        List<Heard> streamed = [], socketed = [];
        (long Stream, long Socket) last = (stays.LastId, stays.LastId);
        for (int node = 0; node < 2; node++)
        {
            ApiHost there = await api.StartLiveBeside(role: "api");
            await using LiveClient stream = await LiveClient.Stream(person.At(there), last.Stream), socket = await LiveClient.Connect(there, person.TokenOf(), last.Socket);
            (_, long said) = await api.Say(talk, people[1], "while it runs");
            await stream.Hears(said);
            await socket.Hears(said);

            // Whoever sends requests here is told to send no more, before the connections hear of it.
            int ready = 0;
            using var sender = new HttpClient { BaseAddress = there.Anonymous.BaseAddress };
            there.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(
                () => ready = Task.Run(async () => (await sender.Send("GET", "/health/ready")).Status).Result);
            await there.DisposeAsync();
            ready.ShouldBe(503);
            await Goes(stream, "stopping");
            await Goes(socket, "stopping");
            socket.Socket.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
            await api.Say(talk, people[1], "while it is gone");
            streamed.AddRange(stream.Events);
            socketed.AddRange(socket.Events);
            last = (stream.LastId, socket.LastId);
        }

        await using LiveClient back = await LiveClient.Stream(person.Client, last.Stream), other = await LiveClient.Connect(api, person.TokenOf(), last.Socket);
        (_, long end) = await api.Say(talk, people[1], "the last one");
        await Task.WhenAll(stays.Hears(end), back.Hears(end), other.Hears(end));
        long[] all = [.. stays.Events.Select(frame => frame.Id!.Value)];
        all.Length.ShouldBe(5);
        Ids(streamed, back).ShouldBe(all);
        Ids(socketed, other).ShouldBe(all);
        await api.DisposeAsync();
        await Goes(stays, "stopping");
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_told_so_holds_nobody_up_and_comes_back_without_loss()
    {
        await using ApiHost api = await LiveHouse.Start(LiveHouse.NoPoll with { QueueFramesMax = 20, WriteWithin = TimeSpan.FromMinutes(5) });
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        await using LiveClient slow = await LiveClient.Stream(people[0].Client, reads: false);
        await using LiveClient fast = await LiveClient.Stream(people[1].Client);
        long last = 0;
        string text = new('€', 10_000); // three bytes each: what the sockets hold must fill up
        for (int i = 0; i < 500; i++)
        {
            (_, last) = await api.Say(talk, people[1], text);
            await fast.Hears(last); // waits for nobody
        }

        await slow.Begin();
        await Goes(slow, "slow_consumer");
        slow.Events.Count.ShouldBeLessThan(500);
        await using LiveClient again = await LiveClient.Stream(people[0].Client, slow.LastId);
        await again.Hears(last);
        slow.Events.Concat(again.Events).Where(frame => frame.Id is not null).Select(frame => frame.Id).ShouldBe(fast.Events.Select(frame => frame.Id));
    }

    [Fact]
    public async Task Who_was_away_too_long_is_told_of_a_gap_and_goes_on_after_it()
    {
        await using ApiHost api = await LiveHouse.Start(LiveHouse.NoPoll with { CatchUpPositionsMax = 5 });
        Person[] people = await api.Friends(2);
        Guid talk = await api.Conversation(ConversationKind.Direct, people);
        await using LiveClient before = await LiveClient.Stream(people[0].Client);
        long place = before.LastId, end = 0;
        for (int i = 0; i < 6; i++)
        {
            (_, end) = await api.Say(talk, people[1], "more");
        }

        await before.Hears(end);
        await using LiveClient later = await LiveClient.Stream(people[0].Client, place);
        (_, long next) = await api.Say(talk, people[1], "and on");
        await later.Hears(next);
        later.Events.Select(frame => frame.Type).ShouldBe(["gap", "message.sent"]);
        later.Events.ShouldAllBe(frame => Described.Fits(frame));
        later.Events[0].Id.ShouldBe(end);
        later.Events[0].Data.GetProperty("from").GetString().ShouldBe($"{place}");
        later.Events[0].Data.GetProperty("reason").GetString().ShouldBe("away_too_long");
    }

    [Fact]
    public async Task What_cannot_begin_is_refused_with_a_reason()
    {
        await using ApiHost api = await LiveHouse.Start(LiveHouse.NoPoll with { ConnectionsPerPersonMax = 1, ConnectionsMax = 2 });
        Person[] people = await api.Friends(3);
        (await api.Anonymous.Send("GET", "/live")).Status.ShouldBe(401);
        (await people[0].Client.Send("GET", "/live?after=x")).Problem.ShouldBe("malformed-request");
        (await people[0].Client.Send("GET", "/live", change: request => request.Headers.TryAddWithoutValidation("Last-Event-ID", "-1"))).Problem.ShouldBe("malformed-request");
        (await people[0].Client.Send("GET", "/live?after=999999999")).Problem.ShouldBe("position-in-the-future");
        Answer plain = await people[0].Client.Send("GET", "/live/socket");
        (plain.Status, plain.Problem).ShouldBe((426, "websocket-required"));
        await using (LiveClient one = await LiveClient.Stream(people[0].Client))
        {
            (await people[0].Client.Send("GET", "/live")).Problem.ShouldBe("too-many-feeds");
            await using LiveClient two = await LiveClient.Stream(people[1].Client);
            (await people[2].Client.Send("GET", "/live")).Problem.ShouldBe("feeds-full");
        }

        await Eventually.Is(
            async () =>
            {
                try
                {
                    await using LiveClient free = await LiveClient.Stream(people[0].Client);
                    return true;
                }
                catch (InvalidOperationException)
                {
                    return false;
                }
            },
            "there is room again");
        await Should.ThrowAsync<WebSocketException>(() => LiveClient.Connect(api, "no.token.this", bySubprotocol: true));
    }

    [Theory]
    [InlineData("not json", WebSocketCloseStatus.PolicyViolation, "frame not understood")]
    [InlineData("""{"type":"message.sent"}""", WebSocketCloseStatus.PolicyViolation, "frame not understood")]
    [InlineData("""{"type":"typing","conversation_id":"no uuid","is_typing":true}""", WebSocketCloseStatus.PolicyViolation, "frame not understood")]
    [InlineData("too long", WebSocketCloseStatus.MessageTooBig, "frame too big")]
    [InlineData("binary", WebSocketCloseStatus.InvalidMessageType, "frames are text")]
    [InlineData("many", WebSocketCloseStatus.PolicyViolation, "too many frames")]
    public async Task A_client_that_says_what_it_may_not_say_is_told_why_it_is_disconnected(string says, WebSocketCloseStatus status, string reason)
    {
        ApiHost api = await shared.Host();
        Person person = (await api.Friends(1))[0];
        await using LiveClient client = await LiveClient.Connect(api, person.TokenOf());
        switch (says)
        {
            case "binary":
                await client.Socket.SendAsync(Encoding.UTF8.GetBytes("""{"type":"heartbeat"}"""), WebSocketMessageType.Binary, true, CancellationToken.None);
                break;
            case "many":
                for (int i = 0; i <= LiveHouse.NoPoll.UpFramesPerMinuteMax + 50 && client.Socket.State == WebSocketState.Open; i++)
                {
                    await client.Say("""{"type":"heartbeat"}""");
                }

                break;
            default:
                await client.Say(says == "too long" ? new string(' ', 2_000) : says);
                break;
        }

        await Eventually.Is(() => client.HasEnded, "the connection ends");
        (client.Socket.CloseStatus, client.Socket.CloseStatusDescription).ShouldBe((status, reason));
    }

    [Fact]
    public async Task A_quiet_connection_beats()
    {
        await using ApiHost api = await LiveHouse.Start(LiveHouse.NoPoll with { Heartbeat = TimeSpan.FromMilliseconds(50) });
        Person person = (await api.Friends(1))[0];
        await using LiveClient stream = await LiveClient.Stream(person.Client), socket = await LiveClient.Connect(api, person.TokenOf());
        await Eventually.Is(() => stream.Frames.Count(frame => frame.Type == "heartbeat") > 2 && socket.Frames.Count(frame => frame.Type == "heartbeat") > 2, "hearts beat");
        stream.Frames.ShouldAllBe(frame => Described.Fits(frame));
    }

    [Fact]
    public async Task The_description_of_the_feed_is_its_frames()
    {
        ApiHost api = await shared.Host();
        JsonElement document = (await api.Anonymous.Send("GET", "/asyncapi/v1.json")).Json;
        document.GetProperty("asyncapi").GetString().ShouldBe("3.0.0");
        string[] inCode =
        [
            .. typeof(FrameTypes).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public)
                .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!),
        ];
        JsonElement messages = document.GetProperty("components").GetProperty("messages");
        messages.EnumerateObject().Where(message => message.Name.StartsWith("down.", StringComparison.Ordinal))
            .Select(message => message.Value.GetProperty("name").GetString()).ShouldBe(inCode, ignoreOrder: true);

        // Every event of a conversation has a frame of its name, so that none is forgotten.
        EventTypeMap.From(typeof(ConversationEvent).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(ConversationEvent)))).All
            .Select(type => type.Name).Except(inCode).ShouldBeEmpty();
        string page = await File.ReadAllTextAsync(Path.Combine(ReferenceTests.FindRoot(), "docs/reference/live.md"));
        foreach (string type in inCode)
        {
            page.ShouldContain($"`{type}`");
        }
    }

    private static IEnumerable<long> Ids(IEnumerable<Heard> before, LiveClient after) =>
        before.Concat(after.Events).Where(frame => frame.Type != "goodbye").Select(frame => frame.Id!.Value);

    private static async Task Goes(LiveClient client, string reason)
    {
        await client.Hears(frame => frame.Type == "goodbye", "goodbye");
        Heard last = client.Frames[^1];
        (last.Type, last.Data.GetProperty("reason").GetString()).ShouldBe(("goodbye", reason));
        Described.Fits(last).ShouldBeTrue();
        await Eventually.Is(() => client.HasEnded, "the connection is closed");
    }
}
