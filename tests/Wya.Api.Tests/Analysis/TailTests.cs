using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Analysis;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Analysis;

/// <summary>Following a log as it grows.</summary>
public sealed class TailTests(SharedApi shared)
{
    [Fact]
    public async Task A_tail_tells_what_is_recorded_and_goes_on_after_a_break_without_loss_or_doubling()
    {
        ApiHost api = await shared.Host();
        Person analyst = await api.NewPerson(30, "analyse");
        string place;
        Guid first;
        await using (var tail = await Tail.Open(analyst.Client, "/analyst/events/live?domain=identity&type=user.created"))
        {
            (await tail.Next()).EventType.ShouldBe("heartbeat");
            first = (await api.NewPerson()).Id;
            SseItem<string> told = await tail.NextEvent();
            Stream(told).ShouldBe(first);
            told.Data.ShouldNotContain("sealed1:");
            place = told.EventId!;
        }

        // While nobody followed: three more, of which all are told, in order, and nothing of before.
        Guid[] missed = [(await api.NewPerson()).Id, (await api.NewPerson()).Id, (await api.NewPerson()).Id];
        await using var again = await Tail.Open(analyst.Client, "/analyst/events/live?domain=identity&type=user.created", place);
        Guid[] heard = [Stream(await again.NextEvent()), Stream(await again.NextEvent()), Stream(await again.NextEvent())];
        heard.ShouldBe(missed);

        // What was asked for ends, what else happened moves the place on.
        await (await api.Operator()).Send("PUT", $"/users/{first}/permissions/analyse");
        long beyond = await api.Database.Scalar<long>("select position from log.wya_log_head");
        await Eventually.Is(async () => long.Parse((await again.Next()).EventId!, CultureInfo.InvariantCulture) >= beyond, "a heartbeat says how far the log was looked through");
    }

    [Fact]
    public async Task It_ends_with_a_word_when_the_caller_may_no_longer_see_it()
    {
        ApiHost api = await shared.Host();
        Person analyst = await api.NewPerson(30, "analyse");
        await using var tail = await Tail.Open(analyst.Client, "/analyst/events/live?domain=graph");
        (await (await api.Operator()).Send("DELETE", $"/users/{analyst.Id}/permissions/analyse")).Status.ShouldBe(204);
        SseItem<string> end;
        do
        {
            end = await tail.Next();
        }
        while (end.EventType == "heartbeat");

        end.EventType.ShouldBe("goodbye");
        end.Data.ShouldContain("capability_missing");
        (await tail.IsOver()).ShouldBeTrue();
    }

    [Fact]
    public async Task There_are_only_so_many_and_who_leaves_makes_room()
    {
        ApiHost api = await shared.Host();
        Person analyst = await api.NewPerson(30, "analyse");
        Tails tails = api.Services.GetRequiredService<Tails>();
        await Eventually.Is(() => tails.Count == 0, "nobody follows");
        List<Tail> open = [];
        for (int i = 0; i < Tails.TailsMax; i++)
        {
            open.Add(await Tail.Open(analyst.Client, "/analyst/events/live?domain=graph"));
        }

        Answer refused = await analyst.Client.Send("GET", "/analyst/events/live?domain=graph");
        refused.Problem.ShouldBe("tails-full");
        foreach (Tail one in open)
        {
            await one.DisposeAsync();
        }

        await Eventually.Is(() => tails.Count == 0, "all have left");
        (await analyst.Client.Send("GET", "/analyst/events/live?domain=graph", change: request => request.Headers.Add("Last-Event-ID", "999999999"))).Problem.ShouldBe("position-in-the-future");
    }

    private static Guid Stream(SseItem<string> told) => JsonElement.Parse(told.Data).GetProperty("event").GetProperty("stream_id").GetGuid();

    private sealed class Tail(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public static async Task<Tail> Open(HttpClient client, string address, string? after = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (after is not null)
            {
                request.Headers.Add("Last-Event-ID", after);
            }

            HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            ((int)answer.StatusCode).ShouldBe(200);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            return new Tail(answer, SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
        }

        public async Task<SseItem<string>> Next()
        {
            (await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
            return items.Current;
        }

        public async Task<SseItem<string>> NextEvent()
        {
            while (true)
            {
                SseItem<string> item = await Next();
                if (item.EventType == "event")
                {
                    return item;
                }
            }
        }

        public async Task<bool> IsOver() => !await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        public async ValueTask DisposeAsync()
        {
            answer.Dispose();
            await items.DisposeAsync();
        }
    }
}
