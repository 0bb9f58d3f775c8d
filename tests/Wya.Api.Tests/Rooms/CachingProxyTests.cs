using System.Diagnostics.Metrics;
using Shouldly;
using Wya.Testing;
using Wya.Testing.Nginx;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>A real nginx with the sample of <c>deploy/nginx</c> in front of the API, as a content network would be.</summary>
public sealed class CachingProxyTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "R4")]
    [Trait("seed", "K3")]
    public async Task A_published_version_comes_from_the_cache_and_a_friends_only_one_never_does()
    {
        ApiHost api = await Host();
        Person[] people = await api.NewPeople(2);
        Guid open = await people[0].FirstRoom(), closed = await people[1].FirstRoom();
        string published = (await people[0].AddressOf(open, await people[0].Publishes(open, Furnished("open"))))!;
        int version = await people[1].Publishes(closed, Furnished("closed"));
        await people[1].Shows(closed, "friends");
        string signed = (await people[1].AddressOf(closed, version))!;
        signed.ShouldContain("signature=");
        await using NginxServer nginx = await NginxServer.Start(api.Anonymous.BaseAddress!, hold: "1m");
        using var proxy = new HttpClient { BaseAddress = nginx.Address };
        using var asked = new ObjectsAsked();

        Answer first = await proxy.Send("GET", published), second = await proxy.Send("GET", published);
        (first.Header("X-Cache-Status"), second.Header("X-Cache-Status")).ShouldBe(("MISS", "HIT"));
        second.Text.ShouldBe(first.Text);
        second.Message.Headers.ETag.ShouldBe(first.Message.Headers.ETag);
        (await proxy.Send("GET", published, change: request => request.Headers.IfNoneMatch.Add(first.Message.Headers.ETag!))).Status.ShouldBe(304);
        await asked.Is(1, "the API was asked once");

        for (int times = 1; times <= 3; times++)
        {
            Answer own = await proxy.Send("GET", signed);
            (own.Status, own.Header("X-Cache-Status")).ShouldBe((200, "BYPASS"));
            await asked.Is(1 + times, "the API is asked each time");
        }

        (await proxy.Send("GET", signed.Split('?')[0])).Code().ShouldBe("404 room-version-not-found", "without the signature there is nothing, nor in the cache");
        (await proxy.Send("GET", published + "?signature=of-nobody")).Status.ShouldBe(404, "what is signed is never answered from the cache");
    }

    [Fact]
    [Trait("seed", "K3")]
    public async Task What_may_no_longer_be_shown_is_outlived_by_no_more_than_the_time_that_it_is_held()
    {
        ApiHost api = await Host();
        Person[] people = await api.NewPeople(2);
        Guid hidden = await people[0].FirstRoom(), takenDown = await people[1].FirstRoom();
        int version = await people[1].Publishes(takenDown, Furnished("two"));
        string one = (await people[0].AddressOf(hidden, await people[0].Publishes(hidden, Furnished("one"))))!;
        string two = (await people[1].AddressOf(takenDown, version))!;
        File.ReadAllText(NginxServer.Sample).ShouldContain("proxy_cache_valid 200 1m;", Case.Sensitive, "what docs/explanation/rooms.md says of it");
        await using NginxServer nginx = await NginxServer.Start(api.Anonymous.BaseAddress!, hold: "1s");
        using var proxy = new HttpClient { BaseAddress = nginx.Address };
        foreach (string address in new[] { one, two })
        {
            (await proxy.Send("GET", address)).Status.ShouldBe(200);
            await Eventually.Is(async () => (await proxy.Send("GET", address)).Header("X-Cache-Status") == "REVALIDATED", "it is looked again whether it may be shown");
        }

        await people[0].Shows(hidden, "friends");
        await api.TakeDownVersion(people[1].Id, takenDown, version);

        foreach (string address in new[] { one, two })
        {
            await Eventually.Is(async () => (await proxy.Send("GET", address)).Status == 404, "it is shown no longer");
            (await proxy.Send("GET", address)).Code().ShouldBe("404 room-version-not-found", "and does not come back");
        }
    }

    private async Task<ApiHost> Host()
    {
        Assert.SkipWhen(NginxServer.MaySkip, "There is no nginx.");
        return await shared.Host();
    }

    /// <summary>Requests for objects that reached the API, which runs in this process.</summary>
    private sealed class ObjectsAsked : IDisposable
    {
        private readonly MeterListener listener = new();
        private int count;

        public ObjectsAsked()
        {
            listener.InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "http.server.request.duration")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
            {
                foreach (KeyValuePair<string, object?> tag in tags)
                {
                    if (tag is { Key: "http.route", Value: string route } && route.Contains("objects/room", StringComparison.Ordinal))
                    {
                        Interlocked.Increment(ref count);
                    }
                }
            });
            listener.Start();
        }

        /// <summary>The last is counted a moment after it was answered.</summary>
        public async Task Is(int expected, string why)
        {
            await Eventually.Is(() => Volatile.Read(ref count) >= expected, why);
            Volatile.Read(ref count).ShouldBe(expected, why);
        }

        public void Dispose() => listener.Dispose();
    }
}
