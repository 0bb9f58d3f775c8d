using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings =>
        {
            settings["Wya:Limits:RegistrationsPerMinute"] = "3";
            settings["Wya:Limits:LookupsPerMinute"] = "3";
        });
        HttpClient one = await api.Operator();
        Person other = await api.NewPerson();

        for (int i = 0; i < 2; i++)
        {
            (await api.Anonymous.Register(Requests.NewHandle())).Status.ShouldBe(201);
        }

        await TurnedDownTests.NothingChanges(api, () => api.Anonymous.Register(Requests.NewHandle()), 429, "too-many-requests");
        for (int i = 0; i < 3; i++)
        {
            (await one.Send("GET", $"/users/{other.Id}")).Status.ShouldBe(200);
        }

        Answer refused = await one.Send("GET", $"/users/by-handle/{other.Handle}");
        refused.Status.ShouldBe(429);
        int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        (await other.Client.Send("GET", $"/users/{other.Id}")).Status.ShouldBe(200); // each person has their own allowance
        (await one.Send("GET", "/me")).Status.ShouldBe(200);
    }
}
