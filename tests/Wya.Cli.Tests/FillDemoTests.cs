using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

/// <summary>The demo against the API as it runs.</summary>
public sealed class FillDemoTests
{
    [Fact]
    public async Task A_town_settles_once_however_often_it_is_asked_to()
    {
        await using House house = await House.Build();
        using var api = new RunningApi(house);
        await api.IsReady();
        long before = await house.Store.Head();

        Ran first = await house.Wya("demo", "--api", api.Address, "--people", "40", "--json");
        (first.ExitCode, first.Error).ShouldBe((0, ""));
        first.Json.GetProperty("new_people").GetInt32().ShouldBe(40);
        first.Json.GetProperty("refused_under_age").GetInt32().ShouldBe(2);
        long recorded = await house.Store.Head() - before;
        recorded.ShouldBe(40 + Count(first, "newly_verified") + Count(first, "newly_suspended") + Count(first, "new_permissions"));
        (await house.Database.Scalar<long>("select count(*) from users where verified_at is not null")).ShouldBe(Count(first, "verified"));

        Ran second = await house.Wya("demo", "--api", api.Address, "--people", "40");
        second.ExitCode.ShouldBe(0);
        second.Output.ShouldStartWith("Nothing new: the town of 40 people was there already. 2 children under 13 tried and were refused.");
        (await house.Store.Head() - before).ShouldBe(recorded);
    }

    [Fact]
    public async Task Where_no_api_is_it_says_so()
    {
        Ran ran = await Tool.Alone("demo", "--api", "http://127.0.0.1:1");
        (ran.ExitCode, ran.Error.Trim()).ShouldBe((1, "The API at http://127.0.0.1:1/ does not answer; is it running?"));
        (await Tool.Alone("demo", "--api", "somewhere")).ExitCode.ShouldBe(2);
        (await Tool.Alone("demo")).ExitCode.ShouldBe(2);
        (await Tool.Alone("demo", "--api", "http://127.0.0.1:1", "--people", "0")).Error.ShouldStartWith("--people lies between 1 and 100000.");
    }

    [Fact]
    public async Task It_waits_as_long_as_it_is_told_to_and_asks_again()
    {
        var clock = new HastyClock();
        using var script = new Script(
            () => Busy(HttpStatusCode.TooManyRequests, 7), () => Busy(HttpStatusCode.ServiceUnavailable, 3), () => new HttpResponseMessage(HttpStatusCode.NoContent));
        using var client = new ApiClient(new HttpClient(script) { BaseAddress = new Uri("http://api/") }, clock, "a-token");
        ApiClient.Reply reply = await client.Send(HttpMethod.Put, "users/1/permissions/moderate", null, "a-key", signedIn: true, CancellationToken.None);
        reply.IsSuccess.ShouldBeTrue();
        clock.Waits.ShouldBe([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3)]);
        script.Keys.ShouldBe(["a-key", "a-key", "a-key"]);
    }

    private static HttpResponseMessage Busy(HttpStatusCode status, int seconds)
    {
        var response = new HttpResponseMessage(status);
        response.Headers.Add("Retry-After", $"{seconds}");
        return response;
    }

    private static int Count(Ran ran, string name) => ran.Json.GetProperty(name).GetInt32();

    /// <summary>Answers one after another.</summary>
    private sealed class Script(params Func<HttpResponseMessage>[] answers) : HttpMessageHandler
    {
        private int asked;

        public List<string> Keys { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Keys.Add(request.Headers.GetValues("Idempotency-Key").Single());
            return Task.FromResult(answers[asked++]());
        }
    }

    /// <summary>Notes how long it is asked to wait, and does not wait.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private sealed class RunningApi : IDisposable
    {
        private readonly WebApplicationFactory<global::Program> factory;
        private readonly HttpClient client;

        public RunningApi(House house)
        {
            factory = new WebApplicationFactory<global::Program>().WithWebHostBuilder(host =>
                host.UseUrls("http://127.0.0.1:0").UseSetting("environment", "Development").UseSetting("ConnectionStrings:identity", house.Database.ConnectionString)
                    .UseSetting("ConnectionStrings:keys", house.Keys.ConnectionString).UseSetting("Wya:Keys:File", house.Keys.RingFile));
            factory.UseKestrel(0);
            factory.StartServer();
            client = factory.CreateClient();
        }

        public string Address => client.BaseAddress!.ToString();

        public Task IsReady() => Eventually.Is(
            async () => (await client.GetAsync("/health/ready")).IsSuccessStatusCode, "the API is ready");

        public void Dispose()
        {
            client.Dispose();
            factory.Dispose();
        }
    }
}
