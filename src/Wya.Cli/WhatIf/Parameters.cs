using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>
/// Parameters of a formula as JSON: what is in force, and what a file changes of it. A file names only what it changes; a name
/// that the formula does not have is refused, because nothing would follow from it.
/// </summary>
internal static class Parameters
{
    private static readonly JsonSerializerOptions Json = EventJson.Configure(new JsonSerializerOptions
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    });

    public static Option<string?> File() => new("--params")
    {
        Description = "A JSON file with what is changed of the parameters; without it, those in force are shown.",
        HelpName = "FILE",
    };

    public static Option<bool> Ids() => new("--ids") { Description = "People by their ids; by pseudonyms that lead nowhere unless told." };

    public static JsonElement Of<T>(T inForce) => JsonSerializer.SerializeToElement(inForce, Json);

    /// <exception cref="VerbRefusedException">It cannot be read, or names what is not there.</exception>
    public static T Changed<T>(T inForce, string path)
    {
        try
        {
            JsonNode merged = JsonSerializer.SerializeToNode(inForce, Json)!;
            Merge(merged.AsObject(), JsonNode.Parse(System.IO.File.ReadAllText(path))!.AsObject(), "");
            return merged.Deserialize<T>(Json)!;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new VerbRefusedException($"{path} cannot be read.", cause: unreadable);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or FormatException)
        {
            throw new VerbRefusedException($"{path} does not hold parameters as this verb shows them without --params.", cause: malformed);
        }
    }

    private static void Merge(JsonObject whole, JsonObject change, string above)
    {
        foreach ((string name, JsonNode? value) in change)
        {
            if (!whole.TryGetPropertyValue(name, out JsonNode? before))
            {
                throw new VerbRefusedException(Suggestion.Sentence("parameter", above + name, [.. whole.Select(member => above + member.Key)]));
            }

            if (before is JsonObject inner && value is JsonObject innerChange)
            {
                Merge(inner, innerChange, $"{above}{name}.");
            }
            else
            {
                whole[name] = value?.DeepClone();
            }
        }
    }
}
