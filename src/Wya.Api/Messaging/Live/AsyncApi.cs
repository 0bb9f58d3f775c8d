using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.EventStore;

namespace Wya.Api.Messaging.Live;

/// <summary>The live feed as AsyncAPI 3.0, made from the frames' own records.</summary>
internal static class AsyncApi
{
    public const string Address = "/asyncapi/v1.json";

    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => EventJson.IsTypedId(Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type)
            ? new JsonObject { ["type"] = "string", ["format"] = "uuid" }
            : schema,
    };

    private static readonly Lazy<byte[]> Bytes = new(() => JsonSerializer.SerializeToUtf8Bytes(Document(), EventJson.Options));

    public static void MapAsyncApi(this IEndpointRouteBuilder routes) => routes
        .MapGet(Address, () => TypedResults.Bytes(Bytes.Value, "application/json"))
        .AllowAnyone()
        .WithTags("Start")
        .Describe("DescribeLive", "Fetch the description of the live feed, as AsyncAPI", "Every frame of /live and /live/socket, with the schema of its data.")
        .Produces<JsonObject>();

    public static JsonObject Document() => new()
    {
        ["asyncapi"] = "3.0.0",
        ["info"] = new JsonObject
        {
            ["title"] = "WYA!? live",
            ["version"] = "v1",
            ["description"] = "What happens in a person's conversations, as it happens. Server-sent events carry a frame's type as `event`, its id as `id` and its data as "
                + "`data`; a WebSocket carries them as one JSON object. Both say the same in the same order.",
        },
        ["defaultContentType"] = "application/json",
        ["channels"] = new JsonObject
        {
            ["live"] = Channel("/live", "Server-sent events.", FrameTypes.Down, "down"),
            ["socket"] = Channel(
                LiveEndpoints.SocketAddress, "WebSocket, with the subprotocol wya.v1.", FrameTypes.Down, "down", (FrameTypes.Up, "up")),
        },
        ["operations"] = new JsonObject
        {
            ["followLive"] = Operation("send", "live", FrameTypes.Down, "down"),
            ["followSocket"] = Operation("send", "socket", FrameTypes.Down, "down"),
            ["speak"] = Operation("receive", "socket", FrameTypes.Up, "up"),
        },
        ["components"] = new JsonObject
        {
            ["securitySchemes"] = new JsonObject { ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT" } },
            ["messages"] = new JsonObject(
            [
                .. FrameTypes.Down.Select(type => KeyValuePair.Create(Key(type, "down"), (JsonNode?)Message(type, Enveloped(type)))),
                .. FrameTypes.Up.Select(type => KeyValuePair.Create(Key(type, "up"), (JsonNode?)Message(type, Flat(type)))),
            ]),
        },
    };

    private static JsonObject Channel(
        string address, string description, IReadOnlyList<FrameType> types, string direction, (IReadOnlyList<FrameType> Types, string Direction)? others = null)
    {
        JsonObject messages = [];
        foreach (FrameType type in types)
        {
            messages[Key(type, direction)] = Reference($"#/components/messages/{Key(type, direction)}");
        }

        foreach (FrameType type in others?.Types ?? [])
        {
            messages[Key(type, others!.Value.Direction)] = Reference($"#/components/messages/{Key(type, others.Value.Direction)}");
        }

        return new JsonObject { ["address"] = address, ["description"] = description, ["messages"] = messages };
    }

    private static JsonObject Operation(string action, string channel, IReadOnlyList<FrameType> types, string direction) => new()
    {
        ["action"] = action,
        ["channel"] = Reference($"#/channels/{channel}"),
        ["security"] = new JsonArray(Reference("#/components/securitySchemes/bearer")),
        ["messages"] = new JsonArray([.. types.Select(type => Reference($"#/channels/{channel}/messages/{Key(type, direction)}"))]),
    };

    private static JsonObject Message(FrameType type, JsonObject payload) => new()
    {
        ["name"] = type.Name,
        ["summary"] = type.Summary,
        ["payload"] = payload,
    };

    private static JsonObject Enveloped(FrameType type)
    {
        JsonObject properties = new() { ["type"] = new JsonObject { ["const"] = type.Name }, ["data"] = Schema(type.Data) };
        JsonArray required = ["type", "data"];
        if (type.HasId)
        {
            properties["id"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]+(\\.[0-9]+)*$", ["description"] = "To go on after this frame, another time." };
            required.Add("id");
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required };
    }

    /// <summary>What clients say has no data of its own.</summary>
    private static JsonObject Flat(FrameType type)
    {
        JsonObject schema = Schema(type.Data);
        JsonObject properties = schema["properties"] as JsonObject ?? [];
        properties["type"] = new JsonObject { ["const"] = type.Name };
        string[] required = ["type", .. (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(name => name != "type")];
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties.DeepClone(),
            ["required"] = new JsonArray([.. required.Select(name => (JsonNode)name)]),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Schema(Type type) =>
        EventJson.Options.GetJsonSchemaAsNode(type, Exporter) as JsonObject ?? new JsonObject { ["type"] = "object" };

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };

    private static string Key(FrameType type, string direction) => $"{direction}.{type.Name}";
}
