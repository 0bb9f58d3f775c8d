using Wya.Projections;

namespace Wya.Cli;

/// <summary>Whose events are asked for: their names are unique in the whole system.</summary>
internal static class EventDomains
{
    /// <summary>The only one there is, or the one whose events are asked for.</summary>
    /// <exception cref="VerbRefusedException">There is none, or there are several.</exception>
    public static string Only(Surroundings here, string[] types)
    {
        DomainDefinition[] possible = types.Length == 0
            ? [.. here.Domains]
            : [.. here.Domains.Where(domain => domain.Types.All.Any(type => types.Contains(type.Name)))];
        if (possible.Length == 0)
        {
            RefuseUnknown(here, null, types);
        }

        return possible is [var only]
            ? only.Name
            : throw new VerbRefusedException(
                $"Which log? Give --domain: {string.Join(", ", possible.Select(domain => domain.Name))}.", ExitCodes.Usage);
    }

    /// <param name="domain">Null when any may have them.</param>
    /// <exception cref="VerbRefusedException">A type is not known there.</exception>
    public static void RefuseUnknown(Surroundings here, string? domain, string[] types)
    {
        string[] known =
            [.. here.Domains.Where(each => domain is null || each.Name == domain).SelectMany(each => each.Types.All).Select(type => type.Name).Distinct()];
        if (types.FirstOrDefault(type => !known.Contains(type)) is { } unknown)
        {
            throw new VerbRefusedException(Suggestion.Sentence("event type", unknown, known));
        }
    }
}
