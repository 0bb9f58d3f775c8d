using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wya.EventStore;

/// <summary>
/// Writes of a sensitive value that there is one, or was, and nothing of it: not what the log holds in the clear of older
/// times, and not its token, unless that is wanted.
/// </summary>
internal sealed class MaskingConverters(bool keepsTokens = false) : JsonConverterFactory
{
    private const string Sealed = "(sealed)";
    private const string Erased = "(erased)";

    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(ISensitive)) && typeToConvert.IsGenericType;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert), args: [keepsTokens])!;

    private sealed class Converter<T>(bool keepsTokens) : JsonConverter<T>
        where T : ISensitive
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("What is masked cannot be read back.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(keepsTokens && value.Token is { } token ? token : value.IsErased ? Erased : Sealed);
    }
}
