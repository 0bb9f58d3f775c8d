using System.Text.Json;
using Shouldly;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>A node with a Redis for presence and one for answers, for all tests of discovery.</summary>
public sealed class DiscoveryHouse : IAsyncDisposable
{
    private RedisInstance? presence;
    private RedisInstance? cache;
    private ApiHost? api;
    private ApiHost? other;

    public RedisInstance Presence => presence!;

    public RedisInstance Cache => cache!;

    /// <summary>Another node of the same system.</summary>
    public ApiHost Other => other!;

    public async Task<ApiHost> Host()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        if (api is null)
        {
            presence = await RedisInstance.Start("presence");
            cache = await RedisInstance.Start("cache");
            api = await ApiHost.Start(Configure);
            other = await api.StartBeside(Configure);
        }

        return api;
    }

    public string Kept(Guid person)
    {
        using RedisWire wire = Cache.AsOperator();
        return wire.Ask("GET", $"discovery_result:{{{person}}}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? one in new IAsyncDisposable?[] { other, api, cache, presence })
        {
            if (one is not null)
            {
                await one.DisposeAsync();
            }
        }
    }

    private void Configure(IDictionary<string, string> settings)
    {
        settings["ConnectionStrings:presence"] = presence!.ConnectionString;
        settings["ConnectionStrings:cache"] = cache!.ConnectionString;
    }
}

internal static class DiscoverySteps
{
    /// <summary>On a spot that no other test stands on.</summary>
    public static (double Latitude, double Longitude) Spot() => (Random.Shared.NextDouble() * 50, (Random.Shared.NextDouble() * 300) - 150);

    public static Task Stand(this Person person, (double Latitude, double Longitude) spot) => person.Beat(PresenceSteps.At(spot.Latitude, spot.Longitude, more: true));

    public static Task<Answer> Discover(this Person person, string query = "", string? language = null) => person.Client.Send(
        "GET", $"/discovery{query}", change: request => request.Headers.TryAddWithoutValidation("Accept-Language", language ?? "en"));

    public static Task<Answer> WhyNot(this Person person, Guid other) => person.Client.Send("GET", $"/discovery/why-not/{other}");

    public static async Task<Answer> Finds(this Person person, Guid other, string query = "")
    {
        Answer? last = null;
        await Eventually.Is(async () => Items(last = await person.Discover(query)).Any(item => Id(item) == other) && last.String("source") != "friends", "somebody is found");
        return last!;
    }

    public static async Task FindsNot(this Person person, Guid other) =>
        Items(await person.Discover()).ShouldAllBe(item => Id(item) != other);

    public static IEnumerable<JsonElement> Items(Answer answer) => answer.Json.GetProperty("items").EnumerateArray();

    public static JsonElement Item(Answer answer, Guid person) => Items(answer).Single(item => Id(item) == person);

    public static Guid Id(JsonElement item) => item.GetProperty("user_id").GetGuid();

    public static Task<Answer> Prefer(this Person person, string findableBy = "everybody", int percent = 80, bool friendsOnly = false) => person.Client.Send(
        "PUT", "/me/discovery/preferences", new { order = "ranked", proximity_percent = percent, findable_by = findableBy, friends_only = friendsOnly });

    /// <summary>What has happened to them so far comes to this.</summary>
    public static async Task Trust(this ApiHost api, Person person, double score)
    {
        await using LogDatabase log = api.Databases["graph"].OpenAnother();
        await using var store = new PostgresEventStore(log, TimeProvider.System, GraphDomain.Definition.ReadModels.Where(model => model.Inline));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()),
            new StreamAppend(Guid.NewGuid(), "graph", ExpectedVersion.Any, [new TrustUpdated(new UserId(person.Id), TrustEvidence.Verified, now, new TrustCourse(TrustPoint.Of(now, _ => score)))])));
    }
}
