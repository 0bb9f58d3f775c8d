using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Shouldly;
using Wya.Projections;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Cli.Tests;

/// <summary>The demo against the API as it runs.</summary>
public sealed class FillDemoTests
{
    [Fact]
    public async Task A_town_settles_talks_and_makes_friends_once_however_often_it_is_asked_to_and_is_around_each_time()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using RunningApi api = await RunningApi.Start();
        long before = await api.Recorded("identity");

        Ran first = await Tool.Alone("demo", "--api", api.Address, "--people", "40", "--json");
        (first.ExitCode, first.Error).ShouldBe((0, ""));
        first.Json.GetProperty("new_people").GetInt32().ShouldBe(40);
        first.Json.GetProperty("refused_under_age").GetInt32().ShouldBe(2);
        long recorded = await api.Recorded("identity") - before;
        recorded.ShouldBe(40 + Count(first, "newly_verified") + Count(first, "new_permissions")
            + first.Json.GetProperty("day").GetProperty("newly_turned_on").GetInt32());
        (await api.Of("identity").Scalar<long>("select count(*) from users where verified_at is not null")).ShouldBe(Count(first, "verified"));

        JsonElement talk = first.Json.GetProperty("talk");
        long said = await api.Of("messaging").Scalar<long>("select count(*) from log.mt_events where type = 'message.sent'");
        said.ShouldBeGreaterThan(100);
        ((long)Count(talk, "messages"), (long)Count(talk, "new_messages")).ShouldBe((said, said));
        (await Kinds("conversation.created"), await Kinds("message.reacted"), await Kinds("message.edited"), await Kinds("message.read")).ShouldBe(
            (Count(talk, "conversations"), Count(talk, "reactions"), Count(talk, "edits"), Count(talk, "read_marks")));
        Count(talk, "groups").ShouldBeGreaterThan(0);
        Count(talk, "replies").ShouldBeGreaterThan(0);
        long inMessaging = await api.Recorded("messaging");

        JsonElement ties = first.Json.GetProperty("ties"), day = first.Json.GetProperty("day");
        (await Between("graph.friend_added"), await Between("graph.follow_added"), await Between("graph.blocked")).ShouldBe(
            (Count(ties, "friendships"), Count(ties, "follows"), Count(ties, "blocks")));
        (await Between("graph.friend_requested")).ShouldBe(Count(ties, "friendships") + Count(ties, "requests"));
        Count(ties, "friendships").ShouldBeGreaterThan(20);
        Count(ties, "blocks").ShouldBeGreaterThan(0);
        Count(ties, "new").ShouldBe(Count(ties, "friendships") + Count(ties, "follows") + Count(ties, "requests") + Count(ties, "blocks"));
        Count(day, "location_turned_on").ShouldBeGreaterThan(0);
        Count(day, "around").ShouldBeInRange(TestRedis.IsMissing ? 0 : 1, TestRedis.IsMissing ? 0 : Count(day, "sharing"));
        JsonElement rooms = first.Json.GetProperty("rooms");
        (await InRooms("room.version_published"), await InRooms("guest.book_signed"), await InRooms("guest.poll_voted")).ShouldBe(
            (Count(rooms, "versions"), Count(rooms, "entries"), Count(rooms, "votes")));
        long made = await InRooms("room.created") - await InRooms("room.created' and data ->> 'is_first' = 'true");
        (Count(rooms, "rooms"), (long)Count(rooms, "new")).ShouldBe((40, made + Count(rooms, "versions") + Count(rooms, "entries") + Count(rooms, "votes")));
        Count(rooms, "entries").ShouldBeGreaterThan(0);
        Directory.GetFiles(api.ObjectsFolder, "*.json", SearchOption.AllDirectories).Length.ShouldBe(Count(rooms, "versions"));
        long inRooms = await api.Recorded("rooms"), betweenAll = await BetweenAll(); // trust follows in its own time, in the same log

        Ran second = await Tool.Alone("demo", "--api", api.Address, "--people", "40");
        second.ExitCode.ShouldBe(0, second.Error);
        second.Output.ShouldStartWith("Nothing new: the town of 40 people was there already. 2 children under 13 tried and were refused.");
        (await api.Recorded("identity") - before).ShouldBe(recorded);
        (await api.Recorded("messaging")).ShouldBe(inMessaging);
        (await api.Recorded("rooms")).ShouldBe(inRooms);
        (await BetweenAll()).ShouldBe(betweenAll);
        second.Output.ShouldContain(TestRedis.IsMissing ? "Nobody is around" : " around.");
        string everything = first.Output + second.Output + first.Error + second.Error;
        everything.ShouldNotContain(TownDay.Centre);

        Task<long> BetweenAll() => api.Of("graph").Scalar<long>("select count(*) from log.mt_events where type like 'graph.%' and type not like 'graph.trust%'");

        Task<long> Between(string type) => api.Of("graph").Scalar<long>($"select count(*) from log.mt_events where type = '{type}'");

        Task<long> InRooms(string type) => api.Of("rooms").Scalar<long>($"select count(*) from log.mt_events where type = '{type}'");

        Task<long> Kinds(string type) => api.Of("messaging").Scalar<long>($"select count(*) from log.mt_events where type = '{type}'");
    }

    [Fact]
    public async Task Where_no_api_is_it_says_so()
    {
        Ran ran = await Tool.Alone("demo", "--api", "http://127.0.0.1:1");
        (ran.ExitCode, ran.Error.Trim()).ShouldBe((1, "The API at http://127.0.0.1:1/ does not answer; is it running?"));
        (await Tool.Alone("demo", "--api", "somewhere")).ExitCode.ShouldBe(2);
        (await Tool.Alone("demo")).ExitCode.ShouldBe(2);
        (await Tool.Alone("demo", "--api", "http://127.0.0.1:1", "--people", "0")).Error.ShouldStartWith("--people lies between 1 and 100000.");
        (await Tool.Alone("demo", "--api", "http://127.0.0.1:1", "--stay", "1441")).Error.ShouldStartWith("--stay lies between 0 and 1440.");
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

    private static int Count(Ran ran, string name) => Count(ran.Json, name);

    private static int Count(JsonElement json, string name) => json.GetProperty(name).GetInt32();

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

    /// <summary>The API as it runs, with a database for each domain, and a Redis for presence where there is one.</summary>
    private sealed class RunningApi(
        Dictionary<string, TestDatabase> databases, TestKeys keys, RedisInstance? redis, WebApplicationFactory<global::Program> factory, string objectsFolder) : IAsyncDisposable
    {
        private readonly HttpClient client = factory.CreateClient();

        public string Address => client.BaseAddress!.ToString();

        public string ObjectsFolder { get; } = objectsFolder;

        public static async Task<RunningApi> Start()
        {
            TestKeys keys = await TestKeys.Create();
            Dictionary<string, TestDatabase> databases = [];
            foreach (DomainDefinition domain in Domains.All)
            {
                databases[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs, domain.IsChained);
            }

            RedisInstance? redis = TestRedis.IsMissing ? null : await RedisInstance.Start("presence");
            string objectsFolder = Directory.CreateTempSubdirectory("wya-demo-").FullName;
            WebApplicationFactory<global::Program> factory = new WebApplicationFactory<global::Program>().WithWebHostBuilder(host =>
            {
                host.UseUrls("http://127.0.0.1:0").UseSetting("environment", "Development")
                    .UseSetting("ConnectionStrings:keys", keys.ConnectionString).UseSetting("Wya:Keys:File", keys.RingFile)
                    .UseSetting("Wya:Rooms:Folder", objectsFolder);
                if (redis is not null)
                {
                    host.UseSetting("ConnectionStrings:presence", redis.ConnectionString);
                }

                foreach ((string domain, TestDatabase database) in databases)
                {
                    host.UseSetting($"ConnectionStrings:{domain}", database.ConnectionString);
                }
            });
            factory.UseKestrel(0);
            factory.StartServer();
            var api = new RunningApi(databases, keys, redis, factory, objectsFolder);
            await Eventually.Is(async () => (await api.client.GetAsync("/health/ready")).IsSuccessStatusCode, "the API is ready");
            return api;
        }

        public TestDatabase Of(string domain) => databases[domain];

        public Task<long> Recorded(string domain) => databases[domain].Scalar<long>("select position from log.wya_log_head");

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await factory.DisposeAsync();
            if (redis is not null)
            {
                await redis.DisposeAsync();
            }

            foreach (TestDatabase database in databases.Values)
            {
                await database.DisposeAsync();
            }

            await keys.DisposeAsync();
            Directory.Delete(ObjectsFolder, recursive: true);
        }
    }
}
