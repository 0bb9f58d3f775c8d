using System.Collections.Immutable;

namespace Wya.Domain.Identity;

public enum ActionKind
{
    /// <summary>One capability is taken away.</summary>
    Restrict,
    Suspend,
    Ban,
}

/// <summary>What moderators have decided about a person, as far as identity enforces it.</summary>
/// <param name="Capability">Of a restriction.</param>
/// <param name="Until">It ends by itself then; null when it stays until it is reversed. A suspension has an end.</param>
public sealed record ModeratorAction(Guid ActionId, ActionKind Kind, string? Capability = null, DateTimeOffset? Until = null);

/// <summary>
/// What holds at a time of all that was decided and not reversed. Actions may overlap: each holds until it has ended itself,
/// whatever becomes of the others, and in whatever order they came.
/// </summary>
/// <param name="SuspendedUntil">The latest end; null when nothing suspends.</param>
/// <param name="Restricted">By capability, the latest end; null where one has none.</param>
public sealed record InForce(bool IsBanned, DateTimeOffset? SuspendedUntil, ImmutableSortedDictionary<string, DateTimeOffset?> Restricted)
{
    public static InForce Of(IEnumerable<ModeratorAction> actions, DateTimeOffset at)
    {
        ModeratorAction[] holding = [.. actions.Where(action => action.Until is null || at < action.Until)];
        return new InForce(
            holding.Any(action => action.Kind == ActionKind.Ban),
            holding.Where(action => action.Kind == ActionKind.Suspend).Max(action => action.Until),
            holding.Where(action => action.Kind == ActionKind.Restrict).GroupBy(action => action.Capability!, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(
                    group => group.Key,
                    group => group.Any(action => action.Until is null) ? null : group.Max(action => action.Until),
                    StringComparer.Ordinal));
    }
}
