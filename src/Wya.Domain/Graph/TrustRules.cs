using Wya.Domain.Graph.Events;

namespace Wya.Domain.Graph;

/// <summary>
/// How far each kind of evidence moves its factor. Everything but a moderator's decision is counted by the month, and
/// counts from the first day of the next: so nobody can tell from a score who did what, or when. A step moves a factor by a
/// part of what is left to the end of its scale, so that no number of them leads beyond it.
/// </summary>
public static class TrustRules
{
    /// <summary>A month in which somebody was welcomed or contributed is a month in which they took part.</summary>
    public const double TookPartConsistencyStep = 0.08;
    public const double TookPartModerationStep = 0.05;

    /// <summary>Of one moderator's decision, at once, until it is taken back or forgotten.</summary>
    public const double ModeratedStep = 0.25;

    /// <summary>The most that all who turn somebody away in one month can take from a factor, however many they are.</summary>
    public const double TurnedAwayStepMax = 0.15;

    /// <param name="Step">Of each; negative for what speaks against somebody.</param>
    /// <param name="CountMin">Fewer in a month than this count for nothing: one person's act is nobody's business.</param>
    /// <param name="CountMax">More in a month than this count for nothing: a crowd is no better judge than a few.</param>
    public sealed record Monthly(TrustEvidence Evidence, TrustFactor Factor, double Step, int CountMin, int CountMax);

    public static IReadOnlyList<Monthly> Table { get; } =
    [
        new(TrustEvidence.Welcomed, TrustFactor.InteractionQuality, 0.03, CountMin: 1, CountMax: 5),
        new(TrustEvidence.TurnedAway, TrustFactor.InteractionQuality, -TurnedAwayStepMax / 5, CountMin: 3, CountMax: 5),
        new(TrustEvidence.ReportUpheld, TrustFactor.ReportAccuracy, 0.05, CountMin: 1, CountMax: 3),
        new(TrustEvidence.ReportRejected, TrustFactor.ReportAccuracy, -0.10, CountMin: 1, CountMax: 3),
        new(TrustEvidence.Verified, TrustFactor.Consistency, 0.20, CountMin: 1, CountMax: 1),
        new(TrustEvidence.Contributed, TrustFactor.Contribution, 0.10, CountMin: 1, CountMax: 1),
    ];

    /// <summary>Null for moderators' decisions, which are no matter of counting.</summary>
    public static Monthly? For(TrustEvidence evidence) => Table.FirstOrDefault(rule => rule.Evidence == evidence);

    /// <summary>What a month comes to, from its counts; nothing when nothing in it counts.</summary>
    /// <param name="at">The first day of the next month.</param>
    public static List<(TrustFactor Factor, TrustStep Step)> Steps(IReadOnlyDictionary<TrustEvidence, int> counts, DateTimeOffset at) =>
        TrustFormula.Current.Steps(counts, at);
}
