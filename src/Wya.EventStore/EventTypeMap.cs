using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Wya.EventStore;

/// <summary>
/// Which record stands for which stored name, and how an older payload becomes the current one.
/// Readers accept every version up to the current one; a newer or unknown one is an <see cref="UnreadableEventException"/>.
/// </summary>
public sealed class EventTypeMap
{
    private readonly FrozenDictionary<Type, EventType> byRecord;
    private readonly FrozenDictionary<string, (EventType Type, int Version)> byStoredName;

    private EventTypeMap(IEnumerable<EventType> types)
    {
        var all = types.ToArray();
        byRecord = all.ToFrozenDictionary(type => type.Record);
        byStoredName = all
            .SelectMany(type => Enumerable.Range(1, type.Version).Select(version => (Name: type.StoredName(version), type, version)))
            .ToFrozenDictionary(row => row.Name, row => (row.type, row.version), StringComparer.Ordinal);
    }

    public IEnumerable<EventType> All => byRecord.Values.OrderBy(type => type.Name, StringComparer.Ordinal);

    /// <summary>Every record under <see cref="EventTypeAttribute"/> in the assemblies.</summary>
    /// <param name="upcasts">By stored name of the version that it reads: <c>user.created</c>, <c>user.created.v2</c>.</param>
    public static EventTypeMap From(
        IEnumerable<Assembly> assemblies,
        IReadOnlyDictionary<string, Action<JsonObject>>? upcasts = null) =>
        From(assemblies.SelectMany(assembly => assembly.GetTypes()), upcasts);

    public static EventTypeMap From(
        IEnumerable<Type> records,
        IReadOnlyDictionary<string, Action<JsonObject>>? upcasts = null) =>
        new(from record in records
            let attribute = record.GetCustomAttribute<EventTypeAttribute>()
            where attribute is not null
            select new EventType(attribute.Name, attribute.Version, record, upcasts ?? FrozenDictionary<string, Action<JsonObject>>.Empty));

    public EventType For(object data) =>
        byRecord.TryGetValue(data.GetType(), out EventType? type)
            ? type
            : throw new ArgumentException($"{data.GetType().FullName} is not a registered event type.", nameof(data));

    /// <summary>The type and schema version behind a stored name.</summary>
    /// <exception cref="UnreadableEventException">This build does not know the name or its version.</exception>
    public (EventType Type, int Version) Stored(string storedName) =>
        byStoredName.TryGetValue(storedName, out var found) ? found : throw new UnreadableEventException(storedName);

    public bool Knows(string storedName) => byStoredName.ContainsKey(storedName);

    /// <summary>The stored names, of all versions, of the given stable names.</summary>
    public IReadOnlyList<string> StoredNames(IEnumerable<string> names) =>
        [.. names.SelectMany(name => byStoredName.Where(row => row.Value.Type.Name == name).Select(row => row.Key))];
}

/// <summary>One event type: its stable name, its current version, and its record.</summary>
public sealed class EventType
{
    private readonly IReadOnlyDictionary<string, Action<JsonObject>> upcasts;
    private readonly JsonTypeInfo json;
    private readonly bool isPlain;

    internal EventType(string name, int version, Type record, IReadOnlyDictionary<string, Action<JsonObject>> upcasts)
    {
        Name = name;
        Version = version;
        Record = record;
        ClrName = $"{record.FullName}, {record.Assembly.GetName().Name}";
        CurrentStoredName = StoredName(version);
        json = EventJson.Options.GetTypeInfo(record);
        this.upcasts = upcasts;
        HasSensitive = SensitiveFields.Has(record);
        isPlain = Enumerable.Range(1, version - 1).All(v => !upcasts.ContainsKey(StoredName(v)));
    }

    public string Name { get; }

    public int Version { get; }

    public Type Record { get; }

    /// <summary>"Namespace.Type, Assembly", as <c>mt_dotnet_type</c> holds it.</summary>
    public string ClrName { get; }

    public string CurrentStoredName { get; }

    public JsonTypeInfo Json => json;

    /// <summary>Its payload holds values that are sealed before they are written.</summary>
    public bool HasSensitive { get; }

    /// <summary>What the <c>type</c> column holds: the name, and from version 2 on a suffix <c>.v2</c>.</summary>
    public string StoredName(int version) => version == 1 ? Name : $"{Name}.v{version}";

    /// <exception cref="JsonException">The record does not fit its own schema (a null where none may be).</exception>
    /// <exception cref="InvalidOperationException">A sensitive value is not sealed.</exception>
    public byte[] Write(object data) => JsonSerializer.SerializeToUtf8Bytes(data, json);

    /// <summary>A payload of this version needs no change to be one of the current version.</summary>
    public bool ReadsAsStored(int storedVersion) => storedVersion == Version || isPlain;

    public object Read(int storedVersion, ReadOnlySpan<byte> utf8)
    {
        if (ReadsAsStored(storedVersion))
        {
            return JsonSerializer.Deserialize(utf8, json)!;
        }

        var payload = JsonNode.Parse(utf8)!.AsObject();
        for (int version = storedVersion; version < Version; version++)
        {
            upcasts.GetValueOrDefault(StoredName(version))?.Invoke(payload);
        }

        return payload.Deserialize(json)!;
    }
}

/// <summary>The log holds an event that this build cannot read: of an unknown type, or of a newer version.</summary>
public sealed class UnreadableEventException(string storedName)
    : Exception($"This build does not know the event type '{storedName}'.")
{
    public string StoredName { get; } = storedName;
}
