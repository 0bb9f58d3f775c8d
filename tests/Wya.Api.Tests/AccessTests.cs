using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Access;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

public sealed class AccessTests(SharedApi shared)
{
    [Fact]
    public async Task Every_endpoint_declares_who_may_call_it()
    {
        ApiHost api = await shared.Host();
        RouteEndpoint[] endpoints = [.. Endpoints(api)];
        endpoints.Length.ShouldBeGreaterThan(15);
        Undeclared(api).ShouldBeEmpty();
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Admits>() is Admits.SelfOr && endpoint.RoutePattern.GetParameter("id") is null)
            .ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_lacks_the_capability_is_turned_down_and_told_which()
    {
        ApiHost api = await shared.Host();
        Person nobody = await api.NewPerson();
        Person other = await api.NewPerson();
        int checkedEndpoints = 0;
        foreach (RouteEndpoint endpoint in Endpoints(api))
        {
            string? capability = endpoint.Metadata.GetMetadata<Admits>() switch
            {
                Admits.Holder(var needed) => needed,
                Admits.SelfOr(var needed) => needed,
                _ => null,
            };
            if (capability is null)
            {
                continue;
            }

            checkedEndpoints++;
            (string method, string address) = Call(endpoint, other.Id);
            foreach (HttpClient client in new[] { nobody.Client, await WithAllBut(api, capability) })
            {
                Answer answer = await client.Send(method, address, key: Requests.NewKey());
                answer.Problem.ShouldBe("capability-missing", $"{method} {address}");
                answer.String("capability").ShouldBe(capability);
            }

            (await api.Anonymous.Send(method, address, key: Requests.NewKey())).Problem.ShouldBe("unauthenticated", $"{method} {address}");
        }

        checkedEndpoints.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Everything_but_the_anonymous_needs_a_token()
    {
        ApiHost api = await shared.Host();
        foreach (RouteEndpoint endpoint in Endpoints(api).Where(endpoint => endpoint.Metadata.GetMetadata<Admits>() is not (Admits.Anyone or Admits.Console)))
        {
            (string method, string address) = Call(endpoint, Guid.NewGuid());
            (await api.Anonymous.Send(method, address)).Problem.ShouldBe("unauthenticated", $"{method} {address}");
        }
    }

    [Fact]
    public async Task Who_is_suspended_may_do_nothing_with_the_next_request_and_sees_why()
    {
        ApiHost api = await shared.Host();
        Person staff = await api.NewPerson(30, "operate");
        Person other = await api.NewPerson();
        HttpClient someone = await api.Operator();
        (await staff.Client.Send("GET", $"/users/{other.Id}/history")).Status.ShouldBe(200);

        Guid action = await api.Suspend(staff.Id, DateTimeOffset.UtcNow.AddHours(1));
        Answer refused = await staff.Client.Send("GET", $"/users/{other.Id}/history");
        refused.Problem.ShouldBe("account-suspended");
        refused.Json.GetProperty("until").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow.AddHours(1), TimeSpan.FromMinutes(1));
        (await staff.Client.Send("GET", "/me")).String("status").ShouldBe("suspended");
        (await staff.Client.Send("GET", $"/users/{staff.Id}/history")).Status.ShouldBe(200);
        (await someone.Send("GET", $"/users/{staff.Id}/permissions")).Json.GetProperty("in_force").GetBoolean().ShouldBeFalse();

        await api.Reverse(action);
        (await staff.Client.Send("GET", $"/users/{other.Id}/history")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_is_suspended_is_turned_down_everywhere_but_where_they_read_why_and_leave()
    {
        ApiHost api = await shared.Host();
        Person staff = await api.NewPerson(30, "operate", "moderate", "analyse");
        Person other = await api.NewPerson();
        await api.Suspend(staff.Id);
        int open = 0;
        foreach (RouteEndpoint endpoint in Endpoints(api).Where(
            endpoint => endpoint.Metadata.GetMetadata<Admits>() is not (Admits.Anyone or Admits.Console or Admits.Chatting { IsMeasured: true })))
        {
            bool isOpen = endpoint.Metadata.GetMetadata<OpenToSuspended>() is not null;
            (string method, string address) = Call(endpoint, isOpen ? staff.Id : other.Id);
            if (isOpen && method != "GET")
            {
                continue; // it would sign out
            }

            open += isOpen ? 1 : 0;
            Answer answer = await staff.Client.Send(method, address, key: Requests.NewKey());
            string whenOpen = address.StartsWith("/me/reports/", StringComparison.Ordinal) ? "report-not-found" : ""; // it names one that they have not made
            answer.Problem.ShouldBe(isOpen ? whenOpen : "account-suspended", $"{method} {address}");
        }

        open.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    [Trait("seed", "1.3")]
    [Trait("seed", "1.4")]
    [Trait("seed", "A1")]
    public async Task The_role_of_another_domain_cannot_even_connect_to_identity()
    {
        ApiHost api = await shared.Host();
        await api.Database.Execute("do $$ begin if not exists (select from pg_roles where rolname = 'test_stranger') then create role test_stranger login password 'test-only'; end if; end $$");
        var stranger = new Npgsql.NpgsqlConnectionStringBuilder(api.Database.ConnectionString) { Username = "test_stranger", Pooling = false };

        await using var connection = new Npgsql.NpgsqlConnection(stranger.ConnectionString);
        Npgsql.PostgresException refused = await Should.ThrowAsync<Npgsql.PostgresException>(() => connection.OpenAsync());

        refused.SqlState.ShouldBe(Npgsql.PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task An_endpoint_that_declares_nobody_is_found_and_answered_to_nobody()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(services: container => container.AddSingleton<IStartupFilter, PlantedEndpoint>());

        Undeclared(api).ShouldBe([PlantedEndpoint.Address]);
        HttpClient someone = await api.Operator();
        Answer answer = await someone.Send("GET", PlantedEndpoint.Address);
        answer.Problem.ShouldBe("internal-error");
        answer.Text.ShouldNotContain(PlantedEndpoint.Secret);
        (await api.Anonymous.Send("GET", PlantedEndpoint.Address)).Problem.ShouldBe("unauthenticated");
    }

    private static IEnumerable<string?> Undeclared(ApiHost api) =>
        Endpoints(api).Where(endpoint => endpoint.Metadata.GetMetadata<Admits>() is null).Select(endpoint => endpoint.RoutePattern.RawText);

    internal static IEnumerable<RouteEndpoint> Endpoints(ApiHost api) =>
        api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static (string Method, string Address) Call(RouteEndpoint endpoint, Guid id) =>
        (endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0],
            "/" + endpoint.RoutePattern.RawText!.Trim('/')
                .Replace("{id}", id.ToString(), StringComparison.Ordinal)
                .Replace("{version:int}", "1", StringComparison.Ordinal)
                .Replace("{other:int}", "2", StringComparison.Ordinal)
                .Replace("{capability}", "moderate", StringComparison.Ordinal)
                .Replace("{name}", "moderate", StringComparison.Ordinal)
                .Replace("{handle}", "nobody", StringComparison.Ordinal)
                .Replace("{messageId}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                .Replace("{reportId}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                .Replace("{userId}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
                .Replace("{emoji}", "%F0%9F%91%8D", StringComparison.Ordinal));

    private static async Task<HttpClient> WithAllBut(ApiHost api, string capability) =>
        (await api.NewPerson(30, [.. new[] { "operate", "moderate", "analyse" }.Where(other => other != capability)])).Client;

    /// <summary>A route that somebody forgot to declare.</summary>
    private sealed class PlantedEndpoint : IStartupFilter
    {
        public const string Address = "/planted";
        public const string Secret = "for nobody";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            ((IEndpointRouteBuilder)app.Properties["__EndpointRouteBuilder"]!).MapGet(Address, () => Secret);
        };
    }
}
