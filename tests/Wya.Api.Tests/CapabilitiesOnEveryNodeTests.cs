using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Two processes over the same databases: what one of them decides is in force at the other by the next request.</summary>
public sealed class CapabilitiesOnEveryNodeTests(SharedApi shared)
{
    [Fact]
    public async Task What_is_decided_at_one_node_is_in_force_at_the_other_by_the_next_request()
    {
        ApiHost here = await shared.Host();
        await using ApiHost there = await here.StartBeside();
        Person other = await here.NewPerson();
        Person one = await here.NewPerson();
        HttpClient someone = await here.Operator();
        HttpClient oneThere = there.With(await there.Token(one.Handle));
        string moderating = $"/users/{other.Id}/suspension";

        async Task InForce(int status)
        {
            (await oneThere.Send("DELETE", moderating)).Status.ShouldBe(status);
            (await one.Client.Send("DELETE", moderating)).Status.ShouldBe(status);
        }

        async Task Decide(string method, string address, object? body, int then)
        {
            Answer decided = await someone.Send(method, $"/users/{one.Id}/{address}", body);
            decided.Status.ShouldBe(204, decided.Text);
            await InForce(then);
        }

        await InForce(403);
        await Decide("PUT", "permissions/moderate", null, then: 204);
        await Decide("PUT", "restrictions/moderate", new { reason = "A pause." }, then: 403);
        await Decide("DELETE", "restrictions/moderate", null, then: 204);
        await Decide("PUT", "suspension", TurnedDownTests.Suspension(TimeSpan.FromDays(1), "A pause."), then: 403);
        await Decide("DELETE", "suspension", null, then: 204);
        await Decide("PUT", "ban", new { reason = "Threats." }, then: 403);
        await Decide("DELETE", "ban", null, then: 204);
        await Decide("DELETE", "permissions/moderate", null, then: 403);
    }

    [Fact]
    public async Task What_one_node_has_sealed_the_other_tells_the_person_concerned()
    {
        ApiHost here = await shared.Host();
        await using ApiHost there = await here.StartBeside();
        Person one = await here.NewPerson();
        HttpClient oneThere = there.With(await there.Token(one.Handle));

        await (await here.Operator()).Send("PUT", $"/users/{one.Id}/restrictions/chat.group", new { reason = "Spam in many rooms." });

        Answer why = await oneThere.Send("GET", "/me/capabilities/chat.group/why");
        why.Json.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe("Spam in many rooms.");
    }
}
