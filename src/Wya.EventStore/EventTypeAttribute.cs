namespace Wya.EventStore;

/// <summary>Names a record as an event. The name and the version are part of the storage format.</summary>
/// <param name="name">Dotted and unique in the whole system: <c>user.verified</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventTypeAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>Rises when the payload gains an optional field; any other change is a new event type.</summary>
    public int Version { get; init; } = 1;
}
