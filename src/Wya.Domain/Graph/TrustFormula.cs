using Wya.Domain.Graph.Events;

namespace Wya.Domain.Graph;

/// <summary>
/// Everything in numbers that the trust in somebody is computed by. One is in force and published; others are for asking what
/// would be otherwise.
/// </summary>
/// <param name="Factors">One a factor, in their order.</param>
public sealed record TrustFormula(
    IReadOnlyList<TrustFactorRule> Factors,
    IReadOnlyList<TrustRules.Monthly> Monthly,
    double ModeratedStep,
    double TookPartConsistencyStep,
    double TookPartModerationStep)
{
    public static TrustFormula Current { get; } = new(
        TrustFactors.All, TrustRules.Table, TrustRules.ModeratedStep, TrustRules.TookPartConsistencyStep, TrustRules.TookPartModerationStep);

    /// <summary>0 to 1, of the factors as they are shown.</summary>
    public decimal ScoreOf(TrustPoint point) => Factors.Sum(factor => factor.Weight * point.Shown(factor.Factor));

    /// <summary>What a month comes to, from its counts; nothing when nothing in it counts.</summary>
    /// <param name="at">The first day of the next month.</param>
    public List<(TrustFactor Factor, TrustStep Step)> Steps(IReadOnlyDictionary<TrustEvidence, int> counts, DateTimeOffset at)
    {
        List<(TrustFactor, TrustStep)> steps = [];
        foreach (TrustRules.Monthly rule in Monthly)
        {
            int count = Math.Min(counts.GetValueOrDefault(rule.Evidence), rule.CountMax);
            if (count >= rule.CountMin)
            {
                steps.Add((rule.Factor, new TrustStep(at, rule.Step * count, rule.Evidence, count)));
            }
        }

        if (counts.ContainsKey(TrustEvidence.Welcomed) || counts.ContainsKey(TrustEvidence.Contributed))
        {
            steps.Add((TrustFactor.Consistency, new TrustStep(at, TookPartConsistencyStep, null, 1)));
            steps.Add((TrustFactor.ModerationOutcomes, new TrustStep(at, TookPartModerationStep, null, 1)));
        }

        return steps;
    }
}
