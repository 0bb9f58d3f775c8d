using System.Globalization;
using System.Text.Json;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Operation;

/// <summary>A system that relays, whose external log is away.</summary>
public sealed class ExternalLogTests
{
    [Fact]
    public async Task While_the_external_log_is_away_everything_goes_on_and_health_and_operators_are_told()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings =>
        {
            settings["Wya:Relay:Server"] = string.Create(CultureInfo.InvariantCulture, $"amqp://wya:nobody-knows@127.0.0.1:{FreePort.Find()}/%2F");
            settings["Wya:Relay:Domains"] = "identity,graph";
        });
        Person olga = await api.NewPerson(30, "operate");

        (await api.Anonymous.Send("GET", "/health/ready")).Status.ShouldBe(200, "who does not depend on it is served");
        JsonElement health = (await api.Anonymous.Send("GET", "/health")).Json;
        health.GetProperty("status").GetString().ShouldBe("degraded");
        health.GetProperty("dependencies").EnumerateArray().Single(one => one.GetProperty("status").GetString() == "down").GetProperty("name").GetString().ShouldBe("external log");

        JsonElement[] relays = [.. (await olga.Client.Send("GET", "/operator/projections")).Json.GetProperty("items").EnumerateArray().Where(one => one.GetProperty("kind").GetString() == "relay")];
        relays.Select(one => one.GetProperty("name").GetString()).ShouldBe(["IdentityRelay", "GraphRelay"]);
        relays[0].GetProperty("position").GetInt64().ShouldBe(0);
        relays[0].GetProperty("lag_events").GetInt64().ShouldBeGreaterThan(0);
        (await olga.Client.Send("GET", "/operator/overview")).Json.GetProperty("attention").EnumerateArray()
            .ShouldContain(one => one.GetProperty("about").GetString() == "external log" && one.GetProperty("severity").GetString() == "soon");
        api.Log.Text.ShouldNotContain("nobody-knows");
    }
}
