using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Wya.EventStore;

/// <summary>
/// The one JSON convention, for HTTP, events, caches and objects: snake_case names, enums as lower-case strings, times
/// in RFC 3339, typed ids as the bare uuid, sensitive values sealed or not at all, null fields left out.
/// </summary>
public static class EventJson
{
    public static JsonSerializerOptions Options { get; } =
        Configure(new JsonSerializerOptions());

    /// <summary>The same for who may read the log and not what is sealed in it: nothing of a sensitive value but that it is there.</summary>
    public static JsonSerializerOptions Masked { get; } = Configure(new JsonSerializerOptions { Converters = { new MaskingConverters() } });

    /// <summary>For what leaves the log: sealed values stay sealed, and what older times hold in the clear is withheld.</summary>
    public static JsonSerializerOptions Sealed { get; } = Configure(new JsonSerializerOptions { Converters = { new MaskingConverters(keepsTokens: true) } });

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DictionaryKeyPolicy = null;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(LeaveOutNulls);
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = 16;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new TypedIdConverterFactory());
        options.Converters.Add(new SensitiveConverters());
        return options;
    }

    /// <summary>
    /// Leaves out null where a property may be null. Where it may not, the null is met by the serializer and refused:
    /// the option that ignores all nulls would silently write an event that cannot be read.
    /// </summary>
    private static void LeaveOutNulls(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property.IsGetNullable && property.ShouldSerialize is null)
            {
                property.ShouldSerialize = static (_, value) => value is not null;
            }
        }
    }

    /// <summary>Writes <c>readonly record struct SomethingId(Guid Value)</c> as its bare uuid.</summary>
    private sealed class TypedIdConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => IsTypedId(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(TypedIdConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class TypedIdConverter<TId> : JsonConverter<TId>
        where TId : struct
    {
        private static readonly Func<Guid, TId> Make = CompileMake();
        private static readonly Func<TId, Guid> Value =
            typeof(TId).GetProperty("Value")!.GetMethod!.CreateDelegate<ValueGetter>() is { } getter ? id => getter(ref id) : null!;

        private delegate Guid ValueGetter(ref TId id);

        public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out Guid value)
                ? Make(value)
                : throw new JsonException("A uuid is expected.");

        public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(Value(value));

        public override TId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Make(Guid.Parse(reader.GetString()!));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Value(value).ToString());

        private static Func<Guid, TId> CompileMake()
        {
            var value = System.Linq.Expressions.Expression.Parameter(typeof(Guid));
            var make = System.Linq.Expressions.Expression.New(typeof(TId).GetConstructor([typeof(Guid)])!, value);
            return System.Linq.Expressions.Expression.Lambda<Func<Guid, TId>>(make, value).Compile();
        }
    }

    /// <summary>True for a struct whose only constructor argument and property is a <c>Guid Value</c>.</summary>
    public static bool IsTypedId(Type type) =>
        type.IsValueType && !type.IsPrimitive && !type.IsEnum
        && type.GetConstructor([typeof(Guid)]) is not null
        && type.GetProperties(BindingFlags.Public | BindingFlags.Instance) is [{ Name: "Value" } property]
        && property.PropertyType == typeof(Guid);
}
