using System.Text.Json;
using System.Text.Json.Serialization;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.EventStore;

namespace Wya.Projections.Presence;

/// <summary>A stay as Redis holds it: the one JSON convention, with cells by their geohash.</summary>
internal static class StayJson
{
    private static readonly JsonSerializerOptions Options = Make();

    public static string Write(Stay stay) => JsonSerializer.Serialize(stay, Options);

    /// <returns>Null for what another build has written: the next heartbeat makes it anew.</returns>
    public static Stay? Read(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<Stay>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonSerializerOptions Make()
    {
        JsonSerializerOptions options = EventJson.Configure(new JsonSerializerOptions());
        options.Converters.Add(new CellJson());
        return options;
    }

    private sealed class CellJson : JsonConverter<Cell>
    {
        public override Cell Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Cell.Parse(reader.GetString() ?? "") ?? throw new JsonException();

        public override void Write(Utf8JsonWriter writer, Cell value, JsonSerializerOptions options) => writer.WriteStringValue(value.Hash);
    }
}
