using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Processes set up in other ways than the shared one.</summary>
public sealed class RoleTests
{
    [Fact]
    public async Task A_worker_answers_health_and_nothing_else()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Role"] = "worker");
        (await api.Anonymous.Send("GET", "/health/live")).String("status").ShouldBe("alive");
        (await api.Anonymous.Send("GET", "/health")).String("status").ShouldBe("ready");
        foreach (string address in new[] { "/", "/me", "/openapi/v1.json", "/schemas" })
        {
            (await api.Anonymous.Send("GET", address)).Problem.ShouldBe("route-not-found", address);
        }

        (await api.Anonymous.Send("POST", "/development/tokens", new { handle = "operator" })).Problem.ShouldBe("route-not-found");
    }

    [Fact]
    public async Task With_the_database_gone_the_process_lives_says_so_and_asks_to_come_back()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start();
        HttpClient someone = await api.Operator();
        string database = await api.Database.Scalar<string>("select current_database()::text");
        await using var admin = new Npgsql.NpgsqlConnection(TestPostgres.AdminConnectionString);
        await admin.OpenAsync();
        await using (var close = new Npgsql.NpgsqlCommand(
            $"alter database {database} connection limit 0; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'", admin))
        {
            await close.ExecuteNonQueryAsync();
        }

        await Eventually.Is(async () => (await api.Anonymous.Send("GET", "/health")).String("status") == "degraded", "it is degraded");
        (await api.Anonymous.Send("GET", "/health/ready")).Status.ShouldBe(200); // the other domains are served
        Answer health = await api.Anonymous.Send("GET", "/health");
        Answer me = await someone.Send("GET", "/me");
        Answer command = await api.Anonymous.Register(Requests.NewHandle());

        (await api.Anonymous.Send("GET", "/health/live")).Status.ShouldBe(200);
        health.Text.ShouldContain("\"down\"");
        me.Status.ShouldBe(503, me.Text);
        me.Problem.ShouldBe("store-unavailable");
        me.Header("Retry-After").ShouldNotBeNull();
        command.Status.ShouldBe(503, command.Text);

        await using (var open = new Npgsql.NpgsqlCommand($"alter database {database} connection limit -1", admin))
        {
            await open.ExecuteNonQueryAsync();
        }

        await Eventually.Is(async () => (await api.Anonymous.Send("GET", "/health")).String("status") == "ready", "it is ready again");
        (await someone.Send("GET", "/me")).Status.ShouldBe(200);
        (await api.Anonymous.Register(Requests.NewHandle())).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Any_OIDC_authority_can_issue_the_tokens()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using WebApplication authority = Authority(out ECDsaSecurityKey key);
        await authority.StartAsync();
        string issuer = authority.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Auth:Authority"] = issuer);
        Answer registered = await api.Anonymous.Register(Requests.NewHandle());

        string Token(string from, Guid subject) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = from,
            Audience = "wya",
            Claims = new Dictionary<string, object> { ["sub"] = subject.ToString() },
            Expires = DateTime.UtcNow.AddMinutes(5),
            TokenType = "at+jwt",
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256),
        });

        (await api.With(Token(issuer, registered.Id)).Send("GET", "/me")).Id.ShouldBe(registered.Id);
        (await api.With(Token("https://elsewhere.example", registered.Id)).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        (await api.With(new Forge(api).Token(registered.Id, Guid.NewGuid())).Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        HttpClient stranger = api.With(Token(issuer, Guid.NewGuid()));
        (await stranger.Send("GET", "/me")).Problem.ShouldBe("user-not-found");
        (await stranger.Send("GET", $"/users/{registered.Id}")).Problem.ShouldBe("user-not-found");

        // What the built-in issuer is for does not exist.
        foreach ((string method, string address) in new[]
        {
            ("POST", "/development/tokens"), ("POST", "/sessions"), ("POST", "/sessions/refresh"), ("DELETE", "/sessions/current"),
            ("GET", "/me/sessions"), ("DELETE", "/me/sessions"), ("PUT", "/me/password"),
        })
        {
            (await api.With(Token(issuer, registered.Id)).Send(method, address, "{}")).Problem.ShouldBe("route-not-found", address);
        }

        Answer withPassword = await api.Anonymous.Send(
            "POST", "/users", new { handle = Requests.NewHandle(), birth_date = Requests.BirthDate(30), password = "correct horse battery" }, Requests.NewKey());
        withPassword.Problem.ShouldBe("malformed-request");
        (await api.Database.Scalar<long>("select count(*) from credentials")).ShouldBe(0);
    }

    [Fact]
    public async Task While_the_authority_is_away_nobody_is_called_a_forger()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Auth:Authority"] = "http://127.0.0.1:9");

        Answer answer = await api.With(new Forge(api).Token(Guid.NewGuid(), Guid.NewGuid())).Send("GET", "/me");

        answer.Status.ShouldBe(503, answer.Text);
        answer.Problem.ShouldBe("authority-unavailable");
        (await api.Anonymous.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
    }

    /// <summary>A small OIDC authority: its configuration and its public key.</summary>
    private static WebApplication Authority(out ECDsaSecurityKey key)
    {
        var signing = new ECDsaSecurityKey(System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256)) { KeyId = "authority" };
        key = signing;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) => new
        {
            issuer = $"http://{request.Host}",
            jwks_uri = $"http://{request.Host}/keys",
        });
        JsonWebKey published = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(signing);
        app.MapGet("/keys", () => new
        {
            keys = new[] { new { kty = published.Kty, crv = published.Crv, x = published.X, y = published.Y, kid = published.Kid, use = "sig" } },
        });
        return app;
    }
}
