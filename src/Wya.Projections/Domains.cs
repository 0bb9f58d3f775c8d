using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Messaging;
using Wya.Projections.Rooms;
using Wya.Projections.Safety;

namespace Wya.Projections;

/// <summary>Every domain of this build.</summary>
public static class Domains
{
    public static IReadOnlyList<DomainDefinition> All { get; } =
        [IdentityDomain.Definition, GraphDomain.Definition, RoomsDomain.Definition, MessagingDomain.Definition, SafetyDomain.Definition];
}
