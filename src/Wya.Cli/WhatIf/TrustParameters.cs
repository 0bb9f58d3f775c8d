using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;

namespace Wya.Cli;

/// <summary>A trust formula as a file shows it: its lists by name, so that one number can be changed by naming it.</summary>
internal sealed record TrustParameters(
    IReadOnlyDictionary<string, TrustParameters.Fading> Factors,
    IReadOnlyDictionary<string, TrustParameters.Counting> Monthly,
    double ModeratedStep,
    double TookPartConsistencyStep,
    double TookPartModerationStep)
{
    internal sealed record Fading(decimal Weight, double DecayPerMonth, double RecoveryPerMonth);

    internal sealed record Counting(double Step, int CountMin, int CountMax);

    public static TrustParameters Of(TrustFormula formula) => new(
        formula.Factors.ToDictionary(rule => Name(rule.Factor), rule => new Fading(rule.Weight, rule.DecayPerMonth, rule.RecoveryPerMonth)),
        formula.Monthly.ToDictionary(rule => Name(rule.Evidence), rule => new Counting(rule.Step, rule.CountMin, rule.CountMax)),
        formula.ModeratedStep,
        formula.TookPartConsistencyStep,
        formula.TookPartModerationStep);

    /// <exception cref="VerbRefusedException">It would not be a score from 0 to 1.</exception>
    public TrustFormula Formula()
    {
        var formula = new TrustFormula(
            [.. TrustFactors.All.Select(rule => Factors[Name(rule.Factor)] is var changed
                ? new TrustFactorRule(rule.Factor, changed.Weight, changed.DecayPerMonth, changed.RecoveryPerMonth) : rule)],
            [.. TrustRules.Table.Select(rule => Monthly[Name(rule.Evidence)] is var changed
                ? rule with { Step = changed.Step, CountMin = changed.CountMin, CountMax = changed.CountMax } : rule)],
            ModeratedStep,
            TookPartConsistencyStep,
            TookPartModerationStep);
        if (formula.Factors.Sum(rule => rule.Weight) != 1 || formula.Factors.Any(rule => rule.Weight < 0))
        {
            throw new VerbRefusedException("The weights of the factors must be 0 or more, and 1 together.");
        }

        if (formula.Factors.Any(rule => rule.DecayPerMonth is < 0 or >= 1 || rule.RecoveryPerMonth < 0))
        {
            throw new VerbRefusedException("A decay per month is 0 or more and below 1, and a recovery 0 or more.");
        }

        return formula.Monthly.All(rule => Math.Abs(rule.Step * rule.CountMax) <= 1)
            && new[] { ModeratedStep, TookPartConsistencyStep, TookPartModerationStep }.All(step => step is >= 0 and <= 1)
            ? formula
            : throw new VerbRefusedException("No step, as often as it counts, leads beyond the end of a scale: at most 1.");
    }

    private static string Name<T>(T word)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());
}
