using System.Text.Json;
using System.Text.Json.Nodes;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Identity;

/// <summary>What a read model keeps sealed, as JSON in the clear for those who may see it.</summary>
internal static class OpenedJson
{
    /// <summary>The members that are sealed are opened; those of an erased person become null.</summary>
    /// <param name="stream">In whose events they were sealed.</param>
    public static async Task<JsonElement> Of(LogDatabase log, Guid stream, string json, CancellationToken ct)
    {
        JsonObject members = JsonNode.Parse(json)!.AsObject();
        foreach ((string name, JsonNode? value) in members.ToArray())
        {
            if (value is JsonValue text && text.TryGetValue(out string? sealedText) && SealedToken.TryParse(sealedText, out SealedToken? token))
            {
                byte[]? opened = await log.Seals.Open(token, stream, ct).ConfigureAwait(false);
                members[name] = opened is null ? null : JsonNode.Parse(opened);
            }
        }

        return JsonSerializer.SerializeToElement(members);
    }
}
