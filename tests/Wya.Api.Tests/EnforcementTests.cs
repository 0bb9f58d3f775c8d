using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>What is decided about a person is acknowledged as done once those who enforce it by rows of their own have taken it.</summary>
public sealed class EnforcementTests(SharedApi shared)
{
    [Fact]
    public async Task With_204_it_holds_in_messaging_with_the_next_request()
    {
        ApiHost api = await shared.Host();
        Person person = await api.NewPerson();
        (await person.Client.Send("GET", "/conversations")).Status.ShouldBe(200);

        for (int i = 0; i < 10; i++)
        {
            (await (await api.Operator()).Send("PUT", $"/users/{person.Id}/suspension", TurnedDownTests.Suspension(TimeSpan.FromHours(1 + i), "A pause.")))
                .Status.ShouldBe(204);
            (await person.Client.Send("GET", "/conversations")).Problem.ShouldBe("account-suspended");
            (await (await api.Operator()).Send("DELETE", $"/users/{person.Id}/suspension")).Status.ShouldBe(204);
            (await person.Client.Send("GET", "/conversations")).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task With_202_it_is_said_who_has_not_taken_it_yet()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Role"] = "api"); // nobody follows the logs
        Answer registered = await api.Anonymous.Register(Requests.NewHandle());

        Answer answer = await (await api.Operator()).Send(
            "PUT", $"/users/{registered.Id}/suspension", TurnedDownTests.Suspension(TimeSpan.FromHours(1), "A pause."));

        answer.Status.ShouldBe(202, answer.Text);
        answer.Json.GetProperty("pending").EnumerateArray().Select(name => name.GetString()).ShouldBe(["graph", "rooms", "messaging"]);
        answer.Position.ShouldNotBeNull();
    }

    [Fact]
    public async Task Who_is_not_known_to_messaging_yet_is_asked_to_come_back()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Role"] = "api");
        Answer registered = await api.Anonymous.Register(Requests.NewHandle());
        HttpClient person = api.With(await api.Token(registered.String("handle")!));

        Answer answer = await person.Send("GET", "/conversations");

        (answer.Status, answer.Problem).ShouldBe((503, "not-known-yet"));
        answer.Header("Retry-After").ShouldNotBeNull();
    }
}
