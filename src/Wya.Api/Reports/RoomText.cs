using System.Text.Json;

namespace Wya.Api.Reports;

/// <summary>What a version says, module by module: every text of it that somebody could see, whatever module it is of.</summary>
internal static class RoomText
{
    /// <summary>Of one module; what is beyond is cut.</summary>
    private const int CharactersMax = 4_000;

    private static readonly string[] NotShown = ["id", "type", "style", "colours", "position"];

    public static IReadOnlyList<string> Of(byte[] content)
    {
        using JsonDocument version = JsonDocument.Parse(content);
        return version.RootElement.TryGetProperty("modules", out JsonElement modules) && modules.ValueKind == JsonValueKind.Array
            ? [.. modules.EnumerateArray().Where(module => module.ValueKind == JsonValueKind.Object).Select(Module)]
            : [];
    }

    private static string Module(JsonElement module)
    {
        string kind = module.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "module";
        string text = $"{kind}: {string.Join(" · ", Texts(module))}";
        return text.Length <= CharactersMax ? text : text[..CharactersMax];
    }

    private static IEnumerable<string> Texts(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.String => [part.GetString()!],
        JsonValueKind.Array => part.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => part.EnumerateObject().Where(member => !NotShown.Contains(member.Name, StringComparer.Ordinal)).SelectMany(member => Texts(member.Value)),
        _ => [],
    };
}
