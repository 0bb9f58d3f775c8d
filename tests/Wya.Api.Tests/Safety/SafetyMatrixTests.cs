using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Safety;
using Xunit;

namespace Wya.Api.Tests.Safety;

/// <summary>Every route of safety × every kind of caller × their own, another's and a related case: the exact answer, and a record of every read that was allowed.</summary>
public sealed class SafetyMatrixTests(SharedApi shared)
{
    private static readonly string[] Beginnings = ["/moderation", "/reports", "/me/record", "/me/reports", "/me/overlays"];

    public static TheoryData<string> Callers => [.. SafetyMatrix.Callers];

    [Theory]
    [MemberData(nameof(Callers))]
    [Trait("seed", "A7")]
    [Trait("seed", "7.2")]
    public async Task Every_route_answers_as_the_table_has_it_and_every_permitted_read_is_recorded(string caller)
    {
        ApiHost api = await shared.Host();
        SafetyMatrix scene = await SafetyMatrix.Set(api, caller);
        int column = SafetyMatrix.Callers.ToList().IndexOf(caller);
        Dictionary<string, string> met = [], expected = [];
        Dictionary<string, long> recorded = [], permitted = [];
        foreach ((string route, object? body, string[] answers) in SafetyMatrix.Rows)
        {
            long before = await api.Views();
            Answer answer = await scene.Call(route, body);
            met[route] = answer.Code();
            expected[route] = answers[column];
            recorded[route] = await api.Views() - before;
            permitted[route] = answer.Status == 200 && IsRead(route) ? 1 : 0;
        }

        met.ShouldBe(expected);
        recorded.ShouldBe(permitted);
        recorded.Values.Sum().ShouldBe(caller switch
        {
            "a moderator: another's" => 10,
            "an operator" => 3,
            "an analyst" => 1,
            _ when caller.StartsWith("a moderator", StringComparison.Ordinal) => 5,
            _ => 0,
        });
    }

    [Fact]
    public async Task Every_route_of_safety_has_its_row_and_every_row_its_route()
    {
        ApiHost api = await shared.Host();
        string[] routes = [.. Routes(api).Select(endpoint => $"{endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0]} {endpoint.RoutePattern.RawText}")];
        routes.Length.ShouldBeGreaterThan(15);
        SafetyMatrix.Rows.Select(row => SafetyMatrix.Pattern(row.Route)).ShouldBe(routes, ignoreOrder: true);
        SafetyMatrix.Rows.ShouldAllBe(row => row.Expected.Length == SafetyMatrix.Callers.Count);
    }

    [Fact]
    public async Task Every_read_under_moderation_records_that_it_was_made_and_says_why()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson();
        await api.Reports(await api.NewPerson(), about);
        RouteEndpoint[] reads =
        [
            .. Routes(api).Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/moderation", StringComparison.Ordinal)
                && endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Contains("GET")
                && !SafetyMatrix.SayNothingOfAnybody.Contains(endpoint.RoutePattern.RawText)),
        ];
        reads.ShouldNotBeEmpty();
        reads.ShouldAllBe(endpoint => endpoint.Metadata.GetMetadata<RecordedView.IsRecorded>() != null);
        long before = await api.Views();
        foreach (string? purpose in new[] { null, "curiosity", "Triage", "" })
        {
            (await moderator.Looks("/moderation/queue", purpose)).Problem.ShouldBe("purpose-missing");
            (await moderator.Looks($"/moderation/cases/{about.Case()}", purpose)).Problem.ShouldBe("purpose-missing");
        }

        (await api.Views()).ShouldBe(before);
    }

    /// <summary>Of what safety holds on others.</summary>
    private static bool IsRead(string route) =>
        route.StartsWith("GET /moderation", StringComparison.Ordinal) && !SafetyMatrix.SayNothingOfAnybody.Contains(SafetyMatrix.Pattern(route)["GET ".Length..]);

    private static IEnumerable<RouteEndpoint> Routes(ApiHost api) =>
        api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(endpoint =>
            Beginnings.Any(beginning => $"{endpoint.RoutePattern.RawText}/".StartsWith(beginning + "/", StringComparison.Ordinal)));
}
