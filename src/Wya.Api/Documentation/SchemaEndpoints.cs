using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Wya.Api.Access;
using Wya.Api.Http;
using Wya.EventStore;
using Wya.Projections;

namespace Wya.Api.Documentation;

/// <summary>What each event may contain: the contract that other domains and analysts read by.</summary>
internal static class SchemaEndpoints
{
    /// <param name="Items">In the order of domains and names.</param>
    internal sealed record Schemas(IReadOnlyList<SchemaReference> Items);

    /// <param name="Href">Where the JSON Schema is.</param>
    internal sealed record SchemaReference(string Domain, string Type, int Version, string Href);

    public static void MapSchemas(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder schemas = routes.MapGroup("/schemas").WithTags("Schemas").AllowAnyone();
        schemas.MapGet("/", () => TypedResults.Ok(new Schemas([.. All()])))
            .Describe("ListSchemas", "List the event schemas", "Every event type of every domain, in each version that is written now.");
        schemas.MapGet("/{type}/{version:int}", Show)
            .Describe("ShowSchema", "Show an event's JSON Schema", "The payload of one event type in one version.")
            .Produces<JsonObject>(StatusCodes.Status200OK, "application/schema+json")
            .Refuses(Problems.SchemaUnknown);
    }

    private static IEnumerable<SchemaReference> All() =>
        from domain in Domains.All
        from type in domain.Types.All
        select new SchemaReference(domain.Name, type.Name, type.Version, $"/schemas/{type.Name}/{type.Version}");

    private static IResult Show(string type, int version) =>
        Domains.All.SelectMany(domain => domain.Types.All).FirstOrDefault(known => known.Name == type && known.Version == version) is { } found
            ? TypedResults.Text(Schema(found).ToJsonString(EventJson.Options), "application/schema+json")
            : Problems.SchemaUnknown;

    private static JsonObject Schema(EventType type)
    {
        JsonObject schema = type.Json.GetJsonSchemaAsNode(new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "$id", $"/schemas/{type.Name}/{type.Version}");
        schema.Insert(2, "title", type.CurrentStoredName);
        return schema;
    }
}
