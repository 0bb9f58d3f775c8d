using Wya.Testing;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Two nodes with a Redis for presence, for all tests of it.</summary>
public sealed class PresenceHouse : IAsyncDisposable
{
    private RedisInstance? redis;
    private ApiHost? api;
    private ApiHost? other;

    public RedisInstance Redis => redis!;

    /// <summary>Another node of the same system.</summary>
    public ApiHost Other => other!;

    public async Task<ApiHost> Host()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        if (api is null)
        {
            redis = await RedisInstance.Start("presence");
            api = await ApiHost.Start(Configure);
            other = await api.StartBeside(Configure);
        }

        return api;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? one in new IAsyncDisposable?[] { other, api, redis })
        {
            if (one is not null)
            {
                await one.DisposeAsync();
            }
        }
    }

    /// <summary>All that is known of anybody's presence, as an operator of Redis would see it.</summary>
    public string Keys()
    {
        using RedisWire wire = Redis.AsOperator();
        return wire.Ask("KEYS", "*");
    }

    private void Configure(IDictionary<string, string> settings)
    {
        settings["ConnectionStrings:presence"] = redis!.ConnectionString;
        settings["Logging:LogLevel:Default"] = "Trace";
        settings["Logging:Console:LogLevel:Default"] = "None";
    }
}

internal static class PresenceSteps
{
    /// <summary>Through the graph's own commands, so that its rows hold it.</summary>
    public static async Task Befriend(this ApiHost api, Person one, Person other)
    {
        await api.HeardFromIdentity();
        await Eventually.Is(
            async () => (await one.Client.Send("POST", "/me/friend-requests", new { user_id = other.Id }, Requests.NewKey())).Status is >= 200 and < 300, "a friend is asked for");
        Answer accepted = await other.Client.Send("POST", $"/me/friend-requests/{one.Id}/accept", key: Requests.NewKey());
        Assert.True(accepted.Status is >= 200 and < 300, accepted.ToString());
    }

    /// <summary>A machine with other things to do may keep Redis waiting for longer than the API waits for it; then it is said again.</summary>
    public static Task<Answer> Beat(this Person person, object? body = null) =>
        Undegraded(() => person.BeatOnce(body));

    public static Task<Answer> BeatOnce(this Person person, object? body = null) => person.Client.Send("POST", "/me/presence/heartbeat", body ?? new { });

    public static object At(double latitude, double longitude, string activity = "browsing", object? more = null) =>
        new { activity, position = new { latitude, longitude, source = "gps" }, location_is_on = more };

    public static Task<Answer> Sees(this Person viewer, Guid person) => Undegraded(() => viewer.SeesNow(person));

    public static Task<Answer> SeesNow(this Person viewer, Guid person) => viewer.Client.Send("GET", $"/users/{person}/presence");

    public static async Task<Answer> Undegraded(Func<Task<Answer>> ask)
    {
        Answer? answer = null;
        await Eventually.Is(async () => (answer = await ask()).Header("Wya-Degraded") is null, "presence answers");
        return answer!;
    }

    public static Task<Answer> Choose(this Person person, string level, bool invisible = false, bool? location = null) =>
        person.Client.Send("PUT", "/me/presence/settings", new { privacy_level = level, is_invisible = invisible, location_is_on = location });
}
