using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Shouldly;
using Wya.Api.Access;
using Wya.Api.Console;
using Xunit;

namespace Wya.Api.Tests;

public sealed class ApiDescriptionTests(SharedApi shared)
{
    [Fact]
    public async Task The_description_lists_every_route_with_its_answers_and_problems()
    {
        ApiHost api = await shared.Host();
        JsonElement document = (await api.Anonymous.Send("GET", "/openapi/v1.json")).Json;
        document.GetProperty("openapi").GetString()!.ShouldStartWith("3.1");
        foreach (RouteEndpoint endpoint in AccessTests.Endpoints(api).Where(endpoint =>
            !endpoint.RoutePattern.RawText!.Contains("openapi", StringComparison.Ordinal) && endpoint.Metadata.GetMetadata<ConsolePage>() is null)) // pages for people
        {
            string address = "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace(":int", "", StringComparison.Ordinal);
            string method = endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0];
            JsonElement operation = document.GetProperty("paths").GetProperty(address).GetProperty(method.ToLowerInvariant());
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty(address);
            operation.GetProperty("description").GetString().ShouldNotBeNullOrEmpty(address);
            operation.TryGetProperty("security", out _).ShouldBe(endpoint.Metadata.GetMetadata<Admits>() is not Admits.Anyone, address);
            JsonProperty[] responses = [.. operation.GetProperty("responses").EnumerateObject()];
            responses.ShouldContain(response => response.Name.StartsWith('2'), address);
            foreach (JsonProperty response in responses.Where(response => response.Name[0] is '4' or '5' && !address.StartsWith("/health", StringComparison.Ordinal)))
            {
                response.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").EnumerateObject().ShouldNotBeEmpty();
            }
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_no_value_is_without_a_type()
    {
        ApiHost api = await shared.Host();
        JsonElement document = (await api.Anonymous.Send("GET", "/openapi/v1.json")).Json;
        JsonElement schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (string reference in Strings(document, "$ref"))
        {
            schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _).ShouldBeTrue(reference);
        }

        foreach (JsonProperty schema in schemas.EnumerateObject().Where(schema => schema.Value.TryGetProperty("properties", out _)))
        {
            foreach (JsonProperty member in schema.Value.GetProperty("properties").EnumerateObject().Where(member => member.Name != "detail"))
            {
                string[] keywords = [.. member.Value.EnumerateObject().Select(keyword => keyword.Name)];
                keywords.Intersect(["type", "$ref", "oneOf", "enum", "anyOf"]).ShouldNotBeEmpty($"{schema.Name}.{member.Name}");
            }
        }
    }

    [Fact]
    public async Task Problems_that_occur_are_described()
    {
        ApiHost api = await shared.Host();
        JsonElement document = (await api.Anonymous.Send("GET", "/openapi/v1.json")).Json;
        JsonElement responses = document.GetProperty("paths").GetProperty("/users").GetProperty("post").GetProperty("responses");
        string text = responses.GetRawText();
        foreach (string code in new[]
        {
            "malformed-request", "idempotency-key-missing", "idempotency-key-malformed", "idempotency-key-reused", "handle-taken", "handle-invalid",
            "under-age", "birth-date-invalid", "body-too-large", "content-type-unsupported", "too-many-requests", "store-unavailable", "outcome-unknown",
        })
        {
            text.ShouldContain($"/problems/{code}");
        }
    }

    [Fact]
    public async Task The_page_and_the_start_are_served()
    {
        ApiHost api = await shared.Host();
        Answer page = await api.Anonymous.Send("GET", "/docs/index.html");
        page.Status.ShouldBe(200);
        page.Text.ShouldNotContain("<script>"); // its own content security policy would not run it
        (await api.Anonymous.Send("GET", "/docs/swagger-ui-bundle.js")).Status.ShouldBe(200);
        (await api.Anonymous.Send("GET", "/")).String("openapi").ShouldBe("/openapi/v1.json");
    }

    [Fact]
    public async Task Event_schemas_are_listed_and_shown()
    {
        ApiHost api = await shared.Host();
        JsonElement[] listed = [.. (await api.Anonymous.Send("GET", "/schemas")).Json.GetProperty("items").EnumerateArray()];
        listed.Length.ShouldBe(Directory.GetFiles(Path.Combine(ReferenceTests.FindRoot(), "docs/reference/schemas"), "*.json").Length);
        foreach (JsonElement item in listed)
        {
            Answer schema = await api.Anonymous.Send("GET", item.GetProperty("href").GetString()!);
            schema.Status.ShouldBe(200);
            schema.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/schema+json");
            schema.String("type").ShouldBe("object");
            schema.String("title").ShouldBe(item.GetProperty("type").GetString());
            schema.Json.GetProperty("version").GetInt32().ShouldBe(item.GetProperty("version").GetInt32());
        }
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        ApiHost api = await shared.Host();
        foreach (string address in new[] { "/", "/me", "/nowhere", "/health/live" })
        {
            Answer answer = await api.Anonymous.Send("GET", address);
            answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
            answer.Header("Content-Security-Policy")!.ShouldContain("frame-ancestors 'none'");
            answer.Header("Cache-Control").ShouldBe("no-store");
            answer.Header("Server").ShouldBeNull();
        }
    }

    private static IEnumerable<string> Strings(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member.Name == name && member.Value.ValueKind == JsonValueKind.String ? [member.Value.GetString()!] : Strings(member.Value, name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Strings(item, name)),
        _ => [],
    };
}
