using System.Text.Json;
using System.Text.Json.Serialization;

namespace Wya.EventStore;

/// <summary>
/// Writes the sealed form and nothing else. Reads it back unopened; a value that was stored before its field became
/// sensitive is read, and shown, as it is.
/// </summary>
internal sealed class SensitiveConverters : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Sensitive<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class Converter<T> : JsonConverter<Sensitive<T>>
        where T : notnull
    {
        public override Sensitive<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String && SealedToken.TryParse(reader.GetString(), out SealedToken? token))
            {
                return Sensitive<T>.FromToken(token);
            }

            T value = JsonSerializer.Deserialize<T>(ref reader, options) ?? throw new JsonException();
            return Sensitive<T>.NeverSealed(value);
        }

        public override void Write(Utf8JsonWriter writer, Sensitive<T> value, JsonSerializerOptions options)
        {
            if (value.WasNeverSealed)
            {
                JsonSerializer.Serialize(writer, value.ValueOr(default!), options); // as the log holds it
                return;
            }

            writer.WriteStringValue(value.Token ?? throw new InvalidOperationException("A sensitive value must be sealed before it is written."));
        }
    }
}
