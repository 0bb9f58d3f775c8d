using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wya.Domain.Rooms.Content;

/// <summary>A part of a room's contents that cannot be published, and why.</summary>
/// <param name="Module">The module's id; null when it is about the room as a whole.</param>
public sealed record ContentRefusal(string? Module, string Path, string Code, string Reason);

/// <summary>A module in which guests leave something.</summary>
/// <param name="Kind"><c>guestbook</c> or <c>poll</c>.</param>
/// <param name="Choices">Of a poll.</param>
public sealed record GuestModule(string Id, string Kind, int Choices);

/// <param name="Json">UTF-8, with what is not known kept.</param>
/// <param name="Class"><c>light</c>, <c>standard</c>, <c>heavy</c> or <c>power_user</c>.</param>
public sealed record CheckedContent(ReadOnlyMemory<byte> Json, int Modules, string Class, IReadOnlyList<GuestModule> GuestModules);

/// <param name="Css">What is left of it; null when nothing may be.</param>
public sealed record CssResult(string? Css, string? Refusal);

public sealed record ContentLimits(
    int ModulesMax, bool CssAllowed, Func<string, CssResult> SanitiseCss, IReadOnlyList<string> LinkHosts, IReadOnlyList<string> MediaHosts);

/// <summary>Whether what a room would hold can be published.</summary>
public static class RoomContent
{
    private const int DepthMax = 16;

    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool TryCheck(
        ReadOnlyMemory<byte> json, ContentLimits limits, out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals)
    {
        content = null;
        JsonObject? room = Parse(json);
        if (room is null)
        {
            refusals = [new ContentRefusal(null, "$", "not-an-object", "A room is a JSON object, without doubled members.")];
            return false;
        }

        List<ContentRefusal> found =
        [
            .. new[] { ("layout", room["layout"] is JsonObject), ("modules", room["modules"] is JsonArray), ("theme", room["theme"] is JsonObject) }
                .Where(part => !part.Item2)
                .Select(part => new ContentRefusal(null, $"$.{part.Item1}", "part-missing", $"A room has a {part.Item1}.")),
        ];
        JsonObject[] modules = [.. (room["modules"] as JsonArray ?? []).OfType<JsonObject>()];
        if (modules.Length > limits.ModulesMax)
        {
            found.Add(new ContentRefusal(null, "$.modules", "too-many-modules", "The room has too many modules."));
        }

        refusals = found;
        if (found.Count > 0)
        {
            return false;
        }

        content = new CheckedContent(
            JsonSerializer.SerializeToUtf8Bytes(room, Written),
            modules.Length,
            modules.Length switch { <= 5 => "light", <= 10 => "standard", <= 20 => "heavy", _ => "power_user" },
            [.. modules.Select(Guests).OfType<GuestModule>()]);
        return true;
    }

    private static GuestModule? Guests(JsonObject module) => (Text(module["id"]), Text(module["type"])) switch
    {
        ({ } id, "guestbook") => new GuestModule(id, "guestbook", 0),
        ({ } id, "poll") => new GuestModule(id, "poll", (module["choices"] as JsonArray)?.Count ?? 0),
        _ => null,
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static JsonObject? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonNode.Parse(json.Span, null, new JsonDocumentOptions { MaxDepth = DepthMax, AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
