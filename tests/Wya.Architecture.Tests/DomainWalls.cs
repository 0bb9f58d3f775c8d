using Mono.Cecil;

namespace Wya.Architecture.Tests;

/// <summary>
/// The walls between the domains: code of one domain may mention the published contract of another
/// (<c>Wya.Domain.&lt;Domain&gt;.Events</c>: event records and ids) and nothing else of it, in any project.
/// </summary>
internal static class DomainWalls
{
    public static readonly string[] Domains = ["Identity", "Presence", "Graph", "Rooms", "Messaging", "Discovery", "Safety"];

    public static IEnumerable<string> Breaches(AssemblyDefinition assembly) =>
        (from type in Mentions.AllTypes(assembly)
         let home = DomainOf(Mentions.Namespace(type))
         where home is not null
         from mentioned in Mentions.Types(type)
         let space = Mentions.Namespace(mentioned)
         let other = DomainOf(space)
         where other is not null && other != home && !IsPublished(space, other)
         select $"{type.FullName} mentions {mentioned.FullName}").Distinct();

    /// <summary>The domain of <c>Wya.Anything.Domain</c> and all below it; null outside the seven.</summary>
    public static string? DomainOf(string space) =>
        space.Split('.') is ["Wya", _, var domain, ..] && Domains.Contains(domain) ? domain : null;

    private static bool IsPublished(string space, string domain) =>
        space == $"Wya.Domain.{domain}.Events" || space.StartsWith($"Wya.Domain.{domain}.Events.", StringComparison.Ordinal);
}
