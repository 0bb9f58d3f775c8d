using Shouldly;
using Wya.Api.Tests.Console;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Two processes over one database: what one of them does holds at the other within a second.</summary>
[Collection(nameof(SessionHouse))]
public sealed class NodesTests(SharedApi shared, SessionHouse house)
{
    [Fact]
    public async Task A_suspension_by_one_node_refuses_the_token_at_the_other()
    {
        ApiHost here = await shared.Host();
        ApiHost there = await house.Beside(here);
        SignedIn one = await here.NewSession();
        HttpClient atTheOther = there.With(one.Access);
        (await atTheOther.Send("GET", $"/users/{one.User}")).Status.ShouldBe(200);

        Guid action = await here.Suspend(one.User);
        await Eventually.Is(async () => (await atTheOther.Send("GET", $"/users/{one.User}")).Problem == "account-suspended", "the other node has it");

        await here.Reverse(action);
        await Eventually.Is(async () => (await atTheOther.Send("GET", $"/users/{one.User}")).Status == 200, "the other node has it");
    }

    [Fact]
    public async Task A_session_ended_at_one_node_is_over_at_the_other()
    {
        ApiHost here = await shared.Host();
        ApiHost there = await house.Beside(here);
        SignedIn one = await here.NewSession();
        SignedIn lost = await there.AnotherSession(one);
        HttpClient atTheOther = there.With(lost.Access);
        (await atTheOther.Send("GET", "/me")).Status.ShouldBe(200);
        (await here.With(lost.Access).Send("GET", "/me")).Status.ShouldBe(200); // one key signs for both

        (await one.Client.Send("DELETE", $"/me/sessions/{lost.Session}")).Status.ShouldBe(204);

        await Eventually.Is(async () => (await atTheOther.Send("GET", "/me")).Problem == "unauthenticated", "the other node has it");
        (await there.Anonymous.Refresh(lost.Refresh)).Problem.ShouldBe("refresh-token-invalid");
    }

    [Fact]
    public async Task A_capability_given_or_taken_at_one_node_counts_at_the_other()
    {
        ApiHost here = await shared.Host();
        ApiHost there = await house.Beside(here);
        SignedIn one = await here.NewSession();
        HttpClient atTheOther = there.With(one.Access);
        HttpClient operating = await here.Operator();
        (await atTheOther.Send("GET", "/audit/permissions")).Problem.ShouldBe("capability-missing");

        (await operating.Send("PUT", $"/users/{one.User}/permissions/operate")).Status.ShouldBe(204);
        await Eventually.Is(async () => (await atTheOther.Send("GET", "/audit/permissions")).Status == 200, "the other node has it");

        (await operating.Send("DELETE", $"/users/{one.User}/permissions/operate")).Status.ShouldBe(204);
        await Eventually.Is(async () => (await atTheOther.Send("GET", "/audit/permissions")).Problem == "capability-missing", "the other node has it");
    }

    [Fact]
    public async Task A_desk_of_the_console_is_the_same_desk_at_the_other()
    {
        ApiHost here = await shared.Host();
        ApiHost there = await house.Beside(here);
        string handle = await ConsoleSignInTests.NewModerator(here);
        using var desk = new Desk(here);
        using var atTheOther = new Desk(there, desk);

        // The form is one node's page, and the other one takes it; and whoever came in there is known here.
        Answer signedIn = await atTheOther.Post(
            $"{Desk.Root}/sign-in", Desk.TokenIn((await desk.Open($"{Desk.Root}/sign-in")).Text), ("handle", handle), ("password", SignIns.Password));
        signedIn.Status.ShouldBe(302, signedIn.Text);
        (await desk.Open($"{Desk.Root}/sign-in")).Text.ShouldContain("Sign out");
        (await desk.Submit($"{Desk.Root}/sign-in", $"{Desk.Root}/sign-out")).Status.ShouldBe(302);
        (await atTheOther.Open($"{Desk.Root}/sign-in")).Text.ShouldNotContain("Sign out");
    }

    [Fact]
    public async Task Failed_sign_ins_count_together()
    {
        ApiHost here = await shared.Host();
        ApiHost there = await house.Beside(here);
        SignedIn one = await here.NewSignedIn();
        for (int i = 0; i < 10; i++)
        {
            (await (i % 2 == 0 ? here : there).Anonymous.SignIn(one.Handle, "not the password")).Problem.ShouldBe("sign-in-failed");
        }

        (await here.Anonymous.SignIn(one.Handle)).Problem.ShouldBe("too-many-requests");
        (await there.Anonymous.SignIn(one.Handle)).Problem.ShouldBe("too-many-requests");
    }
}
