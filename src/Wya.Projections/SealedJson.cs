using System.Text.Json.Nodes;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <summary>Opens in stored JSON what was sealed for one person, at whatever depth, and leaves nothing of anybody else.</summary>
public static class SealedJson
{
    /// <summary>Sealed values become what was sealed; those of other people, and of the erased, become null.</summary>
    /// <param name="stream">In whose events they were sealed.</param>
    public static async Task Open(LogDatabase log, Guid stream, JsonNode json, Guid person, CancellationToken ct)
    {
        switch (json)
        {
            case JsonObject members:
                foreach ((string name, JsonNode? value) in members.ToArray())
                {
                    if (Token(value) is { } token)
                    {
                        members[name] = await Opened(log, stream, token, person, ct).ConfigureAwait(false);
                    }
                    else if (value is not null)
                    {
                        await Open(log, stream, value, person, ct).ConfigureAwait(false);
                    }
                }

                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                {
                    if (Token(items[i]) is { } token)
                    {
                        items[i] = await Opened(log, stream, token, person, ct).ConfigureAwait(false);
                    }
                    else if (items[i] is { } value)
                    {
                        await Open(log, stream, value, person, ct).ConfigureAwait(false);
                    }
                }

                break;
        }
    }

    private static SealedToken? Token(JsonNode? value) =>
        value is JsonValue text && text.TryGetValue(out string? sealedText) && SealedToken.TryParse(sealedText, out SealedToken? token) ? token : null;

    private static async Task<JsonNode?> Opened(LogDatabase log, Guid stream, SealedToken token, Guid person, CancellationToken ct)
    {
        byte[]? opened = token.Subject == person ? await log.Seals.Open(token, stream, ct).ConfigureAwait(false) : null;
        return opened is null ? null : JsonNode.Parse(opened);
    }
}
