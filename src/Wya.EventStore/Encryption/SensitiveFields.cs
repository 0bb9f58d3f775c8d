using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Wya.EventStore;

/// <summary>Finds the sensitive values of a record: its own, and those of the records and lists of records that it holds.</summary>
internal static class SensitiveFields
{
    private static readonly ConcurrentDictionary<Type, Field[]> Known = new();

    private sealed record Field(string Name, PropertyInfo Property);

    /// <summary>Whether records of this type can hold any.</summary>
    public static bool Has(Type type) => Of(type).Length > 0;

    /// <summary>Each with its place by JSON names: <c>reason</c>, <c>lines[2].text</c>.</summary>
    public static IEnumerable<(string Field, ISensitive Value)> In(object record, string prefix = "")
    {
        foreach (Field field in Of(record.GetType()))
        {
            string place = prefix + field.Name;
            switch (field.Property.GetValue(record))
            {
                case ISensitive sensitive:
                    yield return (place, sensitive);
                    break;
                case IEnumerable many:
                    int index = 0;
                    foreach (object? one in many)
                    {
                        foreach (var found in one is ISensitive sensitive ? [($"{place}[{index}]", sensitive)] : In(one!, $"{place}[{index}]."))
                        {
                            yield return found;
                        }

                        index++;
                    }

                    break;
                case { } nested:
                    foreach (var found in In(nested, place + "."))
                    {
                        yield return found;
                    }

                    break;
            }
        }
    }

    private static Field[] Of(Type type) => Known.GetOrAdd(type, static record => [.. Find(record, [])]);

    private static IEnumerable<Field> Find(Type type, HashSet<Type> above) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.GetIndexParameters().Length == 0 && MayHold(property.PropertyType, above)
        select new Field(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name), property);

    private static bool MayHold(Type type, HashSet<Type> above)
    {
        if (typeof(ISensitive).IsAssignableFrom(type))
        {
            return true;
        }

        if (type.IsGenericType && type.GetInterfaces().Append(type).FirstOrDefault(IsSequence) is { } sequence)
        {
            return MayHold(sequence.GetGenericArguments()[0], above);
        }

        bool isOurs = type is { IsPrimitive: false, IsEnum: false } && type.Namespace?.StartsWith("System", StringComparison.Ordinal) == false;
        return isOurs && above.Add(type) && Find(type, above).Any();
    }

    private static bool IsSequence(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>);
}
