using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Access;
using Wya.Api.Console;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Console;

/// <summary>Who comes in to the console, by what, and what a form needs to be taken.</summary>
public sealed class ConsoleSignInTests(SharedApi shared)
{
    [Fact]
    public async Task Nobody_sees_or_does_anything_without_a_session()
    {
        ApiHost api = await shared.Host();
        using var desk = new Desk(api);
        RouteEndpoint[] pages = [.. AccessTests.Endpoints(api).Where(endpoint => endpoint.Metadata.GetMetadata<ConsolePage>() is not null)];
        pages.Where(page => page.Metadata.GetMetadata<Admits>() is Admits.Anyone).Select(page => page.RoutePattern.RawText!["/console/".Length..])
            .Distinct().ShouldBe(["sign-in", "console.css", "console.svg", "console.js"], ignoreOrder: true);
        foreach (RouteEndpoint page in pages.Where(page => page.Metadata.GetMetadata<Admits>() is not Admits.Anyone))
        {
            string address = "/" + page.RoutePattern.RawText!.Trim('/');
            address = Regex.Replace(address, @"\{[a-zA-Z]+:guid\}", _ => Guid.NewGuid().ToString());
            Answer answer = page.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains("POST")
                ? await desk.Post(address, token: null)
                : await desk.Open(address);
            answer.Status.ShouldBe(302, address);
            answer.Header("Location")!.ShouldStartWith($"{Desk.Root}/sign-in?then=");
            answer.Text.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task The_cookie_is_sealed_and_out_of_reach_of_scripts_and_other_sites()
    {
        ApiHost api = await shared.Host();
        using var desk = new Desk(api);
        string handle = await NewModerator(api);
        Answer signedIn = await desk.SignIn(handle);
        signedIn.Status.ShouldBe(302, signedIn.Text);
        signedIn.Header("Location").ShouldBe(Desk.Root);
        string set = signedIn.Message.Headers.GetValues("Set-Cookie").Single(line => line.StartsWith("wya_console=", StringComparison.Ordinal));
        set.ShouldContain("httponly");
        set.ShouldContain("samesite=strict");
        set.ShouldContain("path=/console");
        set.ShouldNotContain("expires");
        desk.Cookies.ShouldAllBe(cookie => cookie.HttpOnly);

        // Whoever reads the cookie learns nothing of what it holds, and whoever changes it has none.
        Cookie cookie = desk.Cookies.Single(one => one.Name == "wya_console");
        cookie.Value.ShouldNotContain("eyJ");
        cookie.Value = cookie.Value[..^6] + (cookie.Value[^6] == 'A' ? 'B' : 'A') + cookie.Value[^5..];
        (await desk.Open(Desk.Root)).Header("Location")!.ShouldContain("/sign-in");
    }

    [Fact]
    public void Over_https_the_cookie_goes_over_nothing_else()
    {
        var cookie = new ConsoleCookie(new KeyRingProtection(new byte[32], "test"));
        var http = new DefaultHttpContext();
        http.Request.Scheme = "https";
        cookie.Write(http, new ConsoleSession("mara", Guid.NewGuid(), "a", "r", default, default));
        http.Response.Headers.SetCookie.ToString().ShouldContain("secure");
    }

    [Fact]
    public void What_is_sealed_opens_for_its_purpose_alone_and_unchanged()
    {
        var provider = new KeyRingProtection(RandomNumberGenerator.GetBytes(32), "test");
        byte[] sealedBytes = provider.CreateProtector("one").Protect([1, 2, 3]);
        provider.CreateProtector("one").Unprotect(sealedBytes).ShouldBe([1, 2, 3]);
        Should.Throw<CryptographicException>(() => provider.CreateProtector("two").Unprotect(sealedBytes));
        for (int i = 0; i < sealedBytes.Length; i++)
        {
            byte[] changed = [.. sealedBytes];
            changed[i] ^= 1;
            Should.Throw<CryptographicException>(() => provider.CreateProtector("one").Unprotect(changed), $"byte {i}");
        }

        Should.Throw<CryptographicException>(() => provider.CreateProtector("one").Unprotect(sealedBytes[..27]));
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_signs_nobody_in()
    {
        ApiHost api = await shared.Host();
        using var desk = new Desk(api);
        Answer refused = await desk.SignIn(await NewModerator(api), "not the password");
        refused.Status.ShouldBe(401);
        refused.Text.ShouldContain("There is no account with this handle and this password");
        desk.Cookies.ShouldNotContain(cookie => cookie.Name == "wya_console");
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example")]
    [InlineData("/console//elsewhere.example")]
    [InlineData("/docs")]
    public async Task After_signing_in_one_stays_in_the_console(string then)
    {
        ApiHost api = await shared.Host();
        using var desk = new Desk(api);
        string page = $"{Desk.Root}/sign-in?then={Uri.EscapeDataString(then)}";
        string token = Desk.TokenIn((await desk.Open(page)).Text);
        Answer signedIn = await desk.Post($"{Desk.Root}/sign-in", token, ("handle", await NewModerator(api)), ("password", SignIns.Password), ("then", then));
        signedIn.Header("Location").ShouldBe(Desk.Root);
    }

    [Fact]
    public async Task A_form_is_taken_with_the_token_of_this_session_alone()
    {
        ApiHost api = await shared.Host();
        using Desk hers = new(api), his = new(api);
        string herHandle = await NewModerator(api);
        string before = Desk.TokenIn((await hers.Open($"{Desk.Root}/sign-in")).Text);
        await hers.SignIn(herHandle);
        await his.SignIn(await NewModerator(api));
        string of = Desk.TokenIn((await his.Open($"{Desk.Root}/sign-in")).Text);
        foreach (string? token in new[] { null, "", "made-up", before, of })
        {
            Answer refused = await hers.Post($"{Desk.Root}/sign-out", token);
            refused.Status.ShouldBe(400, token);
            refused.Text.ShouldContain("This form is too old");
        }

        hers.Cookies.ShouldContain(cookie => cookie.Name == "wya_console");
        (await hers.Submit($"{Desk.Root}/sign-in", $"{Desk.Root}/sign-out")).Header("Location").ShouldBe($"{Desk.Root}/sign-in");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_at_the_api()
    {
        ApiHost api = await shared.Host();
        using var desk = new Desk(api);
        Guid user = (await api.Anonymous.RegisterWithPassword(Requests.NewHandle())).Id;
        string handle = (await (await api.Operator()).Send("GET", $"/users/{user}")).String("handle")!;
        await desk.SignIn(handle);
        async Task<long> Open() => await api.Database.Scalar<long>($"select count(*) from public.sessions where user_id = '{user}' and label = 'Console'");
        (await Open()).ShouldBe(1);
        Answer out_ = await desk.Submit($"{Desk.Root}/sign-in", $"{Desk.Root}/sign-out");
        out_.Status.ShouldBe(302, out_.Text);
        (await Open()).ShouldBe(0);
        desk.Cookies.ShouldNotContain(cookie => cookie.Name == "wya_console");
    }

    [Fact]
    public async Task Tokens_are_renewed_once_for_all_tabs_and_a_desk_that_is_left_is_signed_out()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        var clock = new ShiftedClock();
        await using ApiHost api = await (await shared.Host()).StartBeside(services: container => container.AddSingleton<TimeProvider>(clock));
        using var desk = new Desk(api);
        await desk.SignIn(await NewModerator(api));
        string first = desk.Cookies.Single(cookie => cookie.Name == "wya_console").Value;
        for (int i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(9));
            Answer[] tabs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => desk.Open($"{Desk.Root}/sign-in")));
            tabs.ShouldAllBe(tab => tab.Text.Contains("Sign out"));
        }

        desk.Cookies.Single(cookie => cookie.Name == "wya_console").Value.ShouldNotBe(first);
        clock.Advance(TimeSpan.FromMinutes(61));
        (await desk.Open($"{Desk.Root}/sign-in")).Text.ShouldNotContain("Sign out");
    }

    internal static async Task<string> NewModerator(ApiHost api)
    {
        Answer registered = await api.Anonymous.RegisterWithPassword(Requests.NewHandle());
        (await (await api.Operator()).Send("PUT", $"/users/{registered.Id}/permissions/moderate")).Status.ShouldBe(204);
        return registered.String("handle")!;
    }
}
