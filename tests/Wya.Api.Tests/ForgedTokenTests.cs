using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>
/// Everything that has been tried against bearer tokens elsewhere, and more. Each case starts from a token that would be
/// good, of a person and a session that exist, and changes one thing.
/// </summary>
public sealed class ForgedTokenTests(SharedApi shared)
{
    public static TheoryData<string> Names => [.. Forgeries.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_forged_token_is_refused(string forgery)
    {
        Attack attack = await Open();
        HttpClient forger = attack.Api.With(null);
        string token = Forgeries.All[forgery](attack);
        forger.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token).ShouldBeTrue();

        await TurnedDownTests.NothingChanges(attack.Api, () => forger.Send("GET", "/me"), 401, "unauthenticated");
        Answer command = await forger.Send("POST", $"/users/{attack.User}/verification", key: Requests.NewKey());
        command.Status.ShouldBe(401);
        command.Header("WWW-Authenticate").ShouldBe("Bearer");

        // It is the change that was refused: the same person's own token is good.
        (await attack.Api.With(attack.Access).Send("GET", "/me")).Id.ShouldBe(attack.User);
    }

    [Fact]
    public void There_are_more_than_forty() => Forgeries.All.Count.ShouldBeGreaterThan(80);

    [Fact]
    public async Task What_the_forge_makes_without_a_change_is_good()
    {
        Attack attack = await Open();
        (await attack.Api.With(attack.Token()).Send("GET", "/me")).Id.ShouldBe(attack.User);
        (await attack.Api.With(attack.Forge.Signed(attack.Forge.Header.ToJsonString(), attack.Payload())).Send("GET", "/me")).Id.ShouldBe(attack.User);
        (await attack.Api.With(attack.Token(p => (p["iat"], p["exp"]) = (Forgeries.Seconds(0), Forgeries.Seconds(0) + 600))).Send("GET", "/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_clocks_of_two_nodes_may_differ_by_half_a_minute()
    {
        Attack attack = await Open();
        (await attack.Api.With(attack.Token(p => (p["iat"], p["exp"]) = (Forgeries.Seconds(-615), Forgeries.Seconds(-15)))).Send("GET", "/me")).Status.ShouldBe(200);
        (await attack.Api.With(attack.Token(p => (p["iat"], p["exp"]) = (Forgeries.Seconds(20), Forgeries.Seconds(300)))).Send("GET", "/me")).Status.ShouldBe(200);
    }

    /// <summary>What is put around a good token.</summary>
    public static TheoryData<string> Headers =>
    [
        "{0}", "Basic {0}", "Digest {0}", "Token {0}", "DPoP {0}", "Bearer", "Bearer ", "bearer garbage", "BEARER {1}", "Bearer\t{0}", "Bearer{0}", "Bearer {0} {0}",
        "Bearer {0}, Bearer {0}", "Bearer \"{0}\"", "Bearer {1}", "Bearer token={0}", "Bearer Bearer {0}", "Bearer: {0}",
    ];

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task A_good_token_in_a_wrong_header_is_refused(string form)
    {
        Attack attack = await Open();
        string broken = string.Join(' ', attack.Parts); // spaces inside
        (await OnTheWire(attack, form.Replace("{1}", broken, StringComparison.Ordinal))).ShouldBe("HTTP/1.1 401 Unauthorized");
    }

    [Theory]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task The_scheme_may_be_written_in_any_case(string scheme)
    {
        Attack attack = await Open();
        (await OnTheWire(attack, $"{scheme} {{0}}")).ShouldBe("HTTP/1.1 200 OK");
    }

    [Theory]
    [InlineData("Bearer {0}", "Bearer {0}")]
    [InlineData("Bearer {0}", "Basic bWFyYTpzZWNyZXQ=")]
    [InlineData("Bearer garbage", "Bearer {0}")]
    public async Task Two_authorization_headers_are_none(string first, string second)
    {
        Attack attack = await Open();
        (await OnTheWire(attack, first, second)).ShouldBe("HTTP/1.1 401 Unauthorized");
    }

    [Fact]
    public async Task A_token_anywhere_but_in_its_header_is_none()
    {
        Attack attack = await Open();
        HttpClient client = attack.Api.Anonymous;
        foreach (string name in new[] { "access_token", "token", "bearer" })
        {
            (await client.Send("GET", $"/me?{name}={attack.Access}")).Problem.ShouldBe("unauthenticated", name);
        }

        (await client.Send("GET", "/me", change: r => r.Headers.Add("Cookie", $"access_token={attack.Access}"))).Problem.ShouldBe("unauthenticated");
        (await client.Send("GET", "/me", change: r => r.Headers.Add("X-Authorization", $"Bearer {attack.Access}"))).Problem.ShouldBe("unauthenticated");
        (await client.Send("DELETE", "/me/sessions", new { access_token = attack.Access })).Problem.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task A_token_that_no_header_can_hold_is_ended_by_the_server()
    {
        Attack attack = await Open();
        Answer answer = await attack.Api.With(attack.Access + new string('x', 20_000)).Send("GET", "/me");
        answer.Status.ShouldBe(431);
    }

    [Fact]
    public async Task A_token_in_a_session_of_another_person_is_refused()
    {
        Attack attack = await Open();
        Attack other = await Open();
        (await attack.Api.With(attack.Forge.Token(attack.User, other.Session)).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        (await attack.Api.With(attack.Forge.Token(other.User, attack.Session)).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
    }

    [Theory]
    [InlineData("DELETE", "/sessions/current")]
    [InlineData("DELETE", "/me/sessions/{session}")]
    public async Task A_token_replayed_after_its_session_ended_is_refused(string method, string address)
    {
        Attack attack = await Open();
        HttpClient client = attack.Api.With(attack.Access);
        (await client.Send("GET", "/me")).Status.ShouldBe(200);

        (await client.Send(method, address.Replace("{session}", attack.Session.ToString(), StringComparison.Ordinal))).Status.ShouldBe(204);

        await TurnedDownTests.NothingChanges(attack.Api, () => client.Send("GET", "/me"), 401, "unauthenticated");
        (await attack.Api.With(attack.Token()).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        (await client.Send(method, address.Replace("{session}", attack.Session.ToString(), StringComparison.Ordinal))).Problem.ShouldBe("unauthenticated");
        (await attack.Api.Anonymous.Send("POST", "/sessions/refresh", new { refresh_token = attack.Refresh })).Problem.ShouldBe("refresh-token-invalid");
    }

    [Fact]
    public async Task A_token_of_an_expired_session_is_refused()
    {
        Attack attack = await Open();
        await attack.Api.Database.Execute($"update sessions set expires_at = now() - interval '1 second' where id = '{attack.Session}'");
        (await attack.Api.With(attack.Access).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task A_token_of_somebody_who_is_gone_is_refused()
    {
        ApiHost api = await shared.Host();
        var (user, session) = (Guid.NewGuid(), Guid.NewGuid());
        await api.Database.Execute(
            $"insert into sessions (id, user_id, family_digest, token_digest, created_at, last_used_at, expires_at) values ('{session}', '{user}', uuid_send('{session}'), '', now(), now(), now() + interval '1 day')");
        (await api.With(new Forge(api).Token(user, session)).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task Nothing_but_a_refresh_token_refreshes()
    {
        Attack attack = await Open();
        foreach (string token in new[]
        {
            attack.Access, attack.Session.ToString(), "", " ", attack.Refresh + "=", attack.Refresh + "A", attack.Refresh[..^1], " " + attack.Refresh,
            attack.Refresh.ToUpperInvariant(), new string('A', 86), new string('!', 86), Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)),
        })
        {
            Answer answer = await attack.Api.Anonymous.Send("POST", "/sessions/refresh", new { refresh_token = token });
            answer.Status.ShouldBe(401, token);
            answer.Problem.ShouldBe("refresh-token-invalid", token);
        }

        (await attack.Api.Anonymous.Send("POST", "/sessions/refresh", new { refresh_token = attack.Refresh })).Status.ShouldBe(200);
    }

    /// <summary>The first line that comes back; a client library would put the headers in order first.</summary>
    private static async Task<string?> OnTheWire(Attack attack, params string[] authorizations)
    {
        using TcpClient wire = new();
        await wire.ConnectAsync(attack.Api.Anonymous.BaseAddress!.Host, attack.Api.Anonymous.BaseAddress.Port);
        string headers = string.Concat(authorizations.Select(value => $"Authorization: {value}\r\n")).Replace("{0}", attack.Access, StringComparison.Ordinal);
        await wire.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /me HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n"));
        using StreamReader answer = new(wire.GetStream());
        return await answer.ReadLineAsync();
    }

    private async Task<Attack> Open()
    {
        ApiHost api = await shared.Host();
        Answer registered = await api.Anonymous.Register(Requests.NewHandle());
        Answer opened = await api.Anonymous.Send("POST", "/development/tokens", new { handle = registered.String("handle") });
        return new Attack(
            api, new Forge(api), registered.Id, opened.Json.GetProperty("session_id").GetGuid(), opened.String("access_token")!, opened.String("refresh_token")!);
    }
}
