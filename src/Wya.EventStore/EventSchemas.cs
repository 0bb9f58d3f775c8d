using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Wya.EventStore;

/// <summary>
/// The JSON Schema of an event's payload, generated from its record and so exactly what the serializer enforces when the
/// event is written. The schema of every version is kept in the repository, because the record shows only the last one.
/// </summary>
public static class EventSchemas
{
    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, schema) => EventJson.IsTypedId(context.TypeInfo.Type)
            ? new JsonObject { ["type"] = "string", ["format"] = "uuid" }
            : schema,
    };

    /// <summary>The schema of the type's current version.</summary>
    public static JsonObject Of(EventType type)
    {
        var payload = type.Json.GetJsonSchemaAsNode(Exporter).AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = type.Name,
            ["version"] = type.Version,
        };
        foreach ((string keyword, JsonNode? value) in payload)
        {
            schema[keyword] = value?.DeepClone();
        }

        foreach (JsonPropertyInfo property in type.Json.Properties.Where(property => typeof(ISensitive).IsAssignableFrom(property.PropertyType)))
        {
            schema["properties"]![property.Name] = Sealed(isOptional: property.IsGetNullable);
        }

        return schema;
    }

    /// <summary>The name of the file that keeps a version's schema.</summary>
    public static string FileName(EventType type, int version) => $"{type.Name}.v{version}.json";

    /// <summary>
    /// What a newer version does that none may: a payload may gain optional fields, and a field may become sealed without
    /// changing what it says; nothing else. Empty when it keeps to that.
    /// </summary>
    public static IReadOnlyList<string> Breaks(JsonObject older, JsonObject newer)
    {
        JsonObject before = Properties(older), after = Properties(newer);
        HashSet<string> requiredBefore = Required(older), requiredAfter = Required(newer);
        List<string> breaks = [];
        foreach ((string name, JsonNode? schema) in before)
        {
            if (!after.TryGetPropertyValue(name, out JsonNode? now))
            {
                breaks.Add($"'{name}' is gone");
            }
            else if (!JsonNode.DeepEquals(schema, now) && now?["x-sealed"] is null)
            {
                breaks.Add($"'{name}' has another schema");
            }
        }

        breaks.AddRange(requiredAfter.Except(requiredBefore).Select(name => $"'{name}' is now required"));
        breaks.AddRange(requiredBefore.Except(requiredAfter).Where(name => after.ContainsKey(name)).Select(name => $"'{name}' is no longer required"));
        return breaks;
    }

    /// <summary>A sensitive value as it is stored; only who has its key can tell what is in it.</summary>
    private static JsonObject Sealed(bool isOptional) => isOptional
        ? new JsonObject { ["type"] = new JsonArray("string", "null"), ["pattern"] = "^sealed1:", ["x-sealed"] = true, ["default"] = null }
        : new JsonObject { ["type"] = "string", ["pattern"] = "^sealed1:", ["x-sealed"] = true };

    private static JsonObject Properties(JsonObject schema) => schema["properties"]?.AsObject() ?? [];

    private static HashSet<string> Required(JsonObject schema) =>
        [.. (schema["required"]?.AsArray() ?? []).Select(name => name!.GetValue<string>())];
}
