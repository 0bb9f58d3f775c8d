using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Projections;

namespace Wya.Api.Documentation;

/// <summary>
/// What each event may contain: the contract that other domains and analysts read by. The files of
/// docs/reference/schemas are served as they are kept, older versions included.
/// </summary>
internal static class SchemaEndpoints
{
    private const string SchemaType = "application/schema+json";

    /// <param name="Items">In the order of domains, names and versions.</param>
    internal sealed record Schemas(IReadOnlyList<SchemaReference> Items);

    /// <param name="Domain">Whose log holds such events.</param>
    /// <param name="Type">The event's name.</param>
    /// <param name="Version">The last one of a type is the one that is written now.</param>
    /// <param name="Href">Where the JSON Schema is.</param>
    internal sealed record SchemaReference(string Domain, string Type, int Version, string Href);

    public static IEnumerable<SchemaReference> All =>
        from domain in Domains.All
        from type in domain.Types.All
        from version in Enumerable.Range(1, type.Version)
        select new SchemaReference(domain.Name, type.Name, version, $"/schemas/{type.Name}/{version}");

    public static void MapSchemas(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder schemas = routes.MapGroup("/schemas").WithTags("Schemas").AllowAnyone();
        schemas.MapGet("/", () => TypedResults.Ok(new Schemas([.. All])))
            .Describe("ListSchemas", "List the event schemas", "Every event type of every domain, in every version that is read.");
        schemas.MapGet("/room", ShowRoom)
            .Describe("ShowRoomSchema", "Show the JSON Schema of a room", "What the contents of a room may be. Whoever wants to publish one is told of the rest by the refusals.")
            .Produces<JsonObject>(StatusCodes.Status200OK, SchemaType);
        schemas.MapGet("/{type}/{version:int}", Show)
            .Describe("ShowSchema", "Show an event's JSON Schema", "The payload of one event type in one version.")
            .Produces<JsonObject>(StatusCodes.Status200OK, SchemaType)
            .Refuses(Problems.SchemaUnknown);
    }

    private static IResult Show(string type, int version)
    {
        bool isKnown = All.Any(schema => schema.Type == type && schema.Version == version);
        return isKnown && Kept($"{type}.v{version}") is { } schema ? TypedResults.Stream(schema, SchemaType) : Problems.SchemaUnknown;
    }

    private static FileStreamHttpResult ShowRoom() => TypedResults.Stream(Kept("room")!, SchemaType);

    private static Stream? Kept(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream($"schemas/{name}.json");
}
