using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wya.EventStore;

/// <summary>Writes of a sensitive value that there is one, or was, and nothing of it: not its token, and not what the log holds in the clear of older times.</summary>
internal sealed class MaskingConverters : JsonConverterFactory
{
    private const string Sealed = "(sealed)";
    private const string Erased = "(erased)";

    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(ISensitive)) && typeToConvert.IsGenericType;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T>
        where T : ISensitive
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("What is masked cannot be read back.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.IsErased ? Erased : Sealed);
    }
}
