using System.Text.Json;
using System.Text.Json.Serialization;
using Wya.EventStore;

namespace Wya.Api.Http;

/// <summary>The one JSON convention, and for what comes in: nothing unknown, nothing twice, nothing deep.</summary>
internal static class RequestJson
{
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        EventJson.Configure(options);
        options.MaxDepth = Limits.JsonDepthMax;
        options.PropertyNameCaseInsensitive = false;
        options.AllowDuplicateProperties = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.Converters.Add(new StorableText());
        return options;
    }

    /// <summary>U+0000 is legal in JSON, and PostgreSQL stores it nowhere.</summary>
    private sealed class StorableText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string? text = reader.TokenType is JsonTokenType.String or JsonTokenType.Null ? reader.GetString() : throw new JsonException();
            return text?.Contains('\0', StringComparison.Ordinal) == true ? throw new JsonException() : text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
