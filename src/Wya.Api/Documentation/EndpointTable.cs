using Microsoft.AspNetCore.Http.Metadata;
using Wya.Api.Access;
using Wya.Api.Http;

namespace Wya.Api.Documentation;

/// <summary>The rows of docs/reference/http-api.md, as the endpoints declare them.</summary>
internal static class EndpointTable
{
    public static IReadOnlyList<string> Rows(EndpointDataSource endpoints) =>
    [
        .. from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
           let method = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0] ?? "GET"
           let address = "/" + endpoint.RoutePattern.RawText!.Trim('/')
           orderby address, method
           select $"| `{method} {address}` | {Summary(endpoint)} | {endpoint.Metadata.GetMetadata<Admits>()} | {Key(endpoint)} |",
    ];

    private static string Summary(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "Fetch this description as OpenAPI";

    private static string Key(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<Command.IsTaken>() switch
    {
        { KeyIsRequired: true } => "required",
        { KeyIsRequired: false } => "optional",
        null => "",
    };
}
