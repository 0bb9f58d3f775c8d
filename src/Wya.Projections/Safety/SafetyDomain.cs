using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Projections.Safety;

/// <summary>Safety: what has been decided about people's conduct. So far its log alone, for others to follow.</summary>
public static class SafetyDomain
{
    public static DomainDefinition Definition { get; } = new(
        "safety",
        EventTypeMap.From(typeof(CaseEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(CaseEvent).Namespace)),
        [],
        new IdsOnly())
    {
        IsChained = true,
    };
}
