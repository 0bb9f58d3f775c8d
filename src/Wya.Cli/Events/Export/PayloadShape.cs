using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>What a value of a payload is, as far as masking it goes.</summary>
internal enum PayloadKind
{
    /// <summary>A number, a time, a word of our own: shown as it is.</summary>
    Plain,

    /// <summary>A uuid: of a person, or of something that leads to one.</summary>
    Id,

    /// <summary>Kept under a person's key.</summary>
    Sealed,

    Object,
    List,
    Map,
}

/// <summary>
/// The shape of an event's payload, by the types of its record and not by the names of its members: whatever is a uuid or a
/// typed id there is an id, whatever is <see cref="Sensitive{T}"/> is sealed, and a member that the record does not have is
/// shown to nobody.
/// </summary>
internal sealed class PayloadShape
{
    private static readonly ConcurrentDictionary<Type, PayloadShape> Known = new();

    private PayloadShape(Type type, PayloadKind kind)
    {
        Type = type;
        Kind = kind;
    }

    /// <summary>The record's or value's own type; of what may be null, that of what is there.</summary>
    public Type Type { get; }

    public PayloadKind Kind { get; }

    /// <summary>Of an object, by JSON name in UTF-8.</summary>
    public IReadOnlyList<(byte[] Name, PayloadShape Shape)> Members { get; private set; } = [];

    /// <summary>Of a list's or a map's values.</summary>
    public PayloadShape? Item { get; private set; }

    /// <summary>A map's names are ids.</summary>
    public bool HasIdNames { get; private init; }

    public static PayloadShape Of(EventType type) => Of(type.Record);

    public PayloadShape? Member(ReadOnlySpan<byte> name)
    {
        foreach ((byte[] known, PayloadShape shape) in Members)
        {
            if (name.SequenceEqual(known))
            {
                return shape;
            }
        }

        return null;
    }

    private static PayloadShape Of(Type declared)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (Known.TryGetValue(type, out PayloadShape? known))
        {
            return known;
        }

        if (typeof(ISensitive).IsAssignableFrom(type))
        {
            return Keep(new PayloadShape(type, PayloadKind.Sealed));
        }

        if (IsId(type))
        {
            return Keep(new PayloadShape(type, PayloadKind.Id));
        }

        JsonTypeInfo json = EventJson.Options.GetTypeInfo(type);
        switch (json.Kind)
        {
            case JsonTypeInfoKind.Object:
                var shape = new PayloadShape(type, PayloadKind.Object);
                shape.Members = [.. json.Properties.Where(property => property.Get is not null).Select(property => (Encoding.UTF8.GetBytes(property.Name), Of(property.PropertyType)))];
                return Keep(shape);
            case JsonTypeInfoKind.Enumerable:
                return Keep(new PayloadShape(type, PayloadKind.List) { Item = Of(json.ElementType!) });
            case JsonTypeInfoKind.Dictionary:
                return Keep(new PayloadShape(type, PayloadKind.Map) { Item = Of(json.ElementType!), HasIdNames = IsId(json.KeyType!) });
            default:
                return type.IsEnum || type.Namespace!.StartsWith("System", StringComparison.Ordinal)
                    ? Keep(new PayloadShape(type, PayloadKind.Plain))
                    : throw new NotSupportedException($"{type.FullName} is written in a way that cannot be looked into, so nobody can say whether it names somebody.");
        }
    }

    private static bool IsId(Type type) => type == typeof(Guid) || EventJson.IsTypedId(type);

    private static PayloadShape Keep(PayloadShape shape) => Known.GetOrAdd(shape.Type, shape);
}
