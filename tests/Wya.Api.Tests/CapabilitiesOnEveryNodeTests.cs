using Shouldly;
using Wya.Domain.Identity;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Two processes over the same databases: what one of them decides is in force at the other by the next request.</summary>
[Collection(nameof(SessionHouse))]
public sealed class CapabilitiesOnEveryNodeTests(SharedApi shared, SessionHouse house)
{
    [Fact]
    public async Task What_is_decided_at_one_node_is_in_force_at_the_other_by_the_next_request()
    {
        ApiHost here = await shared.Host();
        ApiHost there = await house.Beside(here);
        Person one = await here.NewPerson();
        HttpClient someone = await here.Operator();
        HttpClient oneThere = there.With(await there.Token(one.Handle));

        async Task InForce(int status)
        {
            (await oneThere.Send("GET", "/audit/permissions")).Status.ShouldBe(status);
            (await one.Client.Send("GET", "/audit/permissions")).Status.ShouldBe(status);
        }

        async Task Grant(string method, int then)
        {
            Answer decided = await someone.Send(method, $"/users/{one.Id}/permissions/operate");
            decided.Status.ShouldBe(204, decided.Text);
            await InForce(then);
        }

        async Task Decide(Task<Guid> deciding)
        {
            Guid action = await deciding;
            await InForce(403);
            await here.Reverse(action);
            await InForce(200);
        }

        await InForce(403);
        await Grant("PUT", then: 200);
        await Decide(here.Restrict(one.Id, "operate"));
        await Decide(here.Suspend(one.Id));
        await Decide(here.Ban(one.Id));
        await Grant("DELETE", then: 403);
    }

    [Fact]
    public async Task What_one_node_has_sealed_the_other_tells_the_person_concerned()
    {
        ApiHost here = await shared.Host();
        ApiHost there = await house.Beside(here);
        Person one = await here.NewPerson();
        HttpClient oneThere = there.With(await there.Token(one.Handle));

        await here.Restrict(one.Id, "chat.group");

        Answer why = await oneThere.Send("GET", "/me/capabilities/chat.group/why");
        why.Json.GetProperty("blocked_by")[0].GetProperty("reason").GetString().ShouldBe(EnforceActions.Reason);
    }
}
