using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wya.Cli;

/// <summary>Rows as this tool shows them: what is sealed, wherever it stands in a row, is the word <c>sealed</c>.</summary>
internal static class MaskedRows
{
    private const string Prefix = "sealed1:", Word = "sealed";

    public static JsonElement Of(JsonElement row) => row.GetRawText().Contains(Prefix, StringComparison.Ordinal)
        ? JsonSerializer.SerializeToElement(Of(JsonNode.Parse(row.GetRawText()), null))
        : row;

    /// <param name="pseudonyms">Take the place of ids; null keeps them.</param>
    public static JsonNode? Of(JsonNode? node, Pseudonyms? pseudonyms) => node switch
    {
        JsonObject map => new JsonObject(map.Select(member => KeyValuePair.Create(member.Key, Of(member.Value, pseudonyms)))),
        JsonArray list => new JsonArray([.. list.Select(item => Of(item, pseudonyms))]),
        JsonValue value when value.TryGetValue(out string? text) && text.Contains(Prefix, StringComparison.Ordinal) => Word,
        JsonValue value when pseudonyms is not null && value.TryGetValue(out string? text) && Guid.TryParse(text, out Guid id) => pseudonyms.Of(id).ToString(),
        _ => node?.DeepClone(),
    };

    /// <summary>Of a table for people.</summary>
    public static string Cell(JsonElement row, string column) => row.TryGetProperty(column, out JsonElement value)
        ? value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => value.GetString()!,
            _ => value.GetRawText(),
        }
        : "";
}
