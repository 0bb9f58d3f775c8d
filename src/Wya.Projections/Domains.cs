using Wya.Projections.Identity;

namespace Wya.Projections;

/// <summary>Every domain of this build.</summary>
public static class Domains
{
    public static IReadOnlyList<DomainDefinition> All { get; } = [IdentityDomain.Definition];
}
