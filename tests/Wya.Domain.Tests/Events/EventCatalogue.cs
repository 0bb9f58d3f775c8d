using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Xunit;

namespace Wya.Domain.Tests.Events;

/// <summary>Every event of every domain.</summary>
internal static class EventCatalogue
{
    public static EventTypeMap Types { get; } = EventTypeMap.From([typeof(UserEvent).Assembly]);

    /// <summary>Each name with each version that was ever written.</summary>
    public static TheoryData<string, int> NamesAndVersions() =>
        [.. Types.All.SelectMany(type => Enumerable.Range(1, type.Version).Select(version => (type.Name, version)))];

    public static TheoryData<string> Names() => [.. Types.All.Select(type => type.Name)];

    public static EventType Type(string name) => Types.All.Single(type => type.Name == name);
}
