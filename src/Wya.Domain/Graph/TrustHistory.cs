using System.Collections.Immutable;
using Wya.Domain.Graph.Events;

namespace Wya.Domain.Graph;

/// <summary>Something that moved a factor at a moment.</summary>
/// <param name="Weight">Above 0: by this part of the way up to 1. Below 0: by this part of the way down to 0.</param>
/// <param name="Evidence">Null for a month in which the person took part.</param>
/// <param name="Count">How often it happened in the month.</param>
/// <param name="ActionId">Of a moderator's decision.</param>
public sealed record TrustStep(DateTimeOffset At, double Weight, TrustEvidence? Evidence, int Count, Guid? ActionId = null)
{
    public double From(double value) => value + (Weight > 0 ? Weight * (1 - value) : Weight * value);
}

/// <summary>
/// One factor of one person: what moved it, in the order of time. Its value is folded from the steps anew each time, so that
/// to take a step out is as if it had never been.
/// </summary>
/// <param name="Start">What it stood at before the first of the steps.</param>
public sealed record TrustHistory(TrustFactor Factor, double Start, DateTimeOffset Since, ImmutableList<TrustStep> Steps)
{
    /// <summary>Older steps become one with the start. A month takes two at most, so these are years, and an appeal has half of one.</summary>
    public const int StepsMax = 64;

    public static TrustHistory Empty(TrustFactor factor) => new(factor, TrustFactors.Neutral, DateTimeOffset.UnixEpoch, []);

    /// <summary>How it fades.</summary>
    public TrustFactorRule Rule { get; init; } = TrustFactors.Of(Factor);

    public double ValueAt(DateTimeOffset time) => Fold(Steps.TakeWhile(step => step.At <= time), time);

    /// <summary>What is told late takes its place among the steps.</summary>
    public TrustHistory With(TrustStep step)
    {
        int after = Steps.FindLastIndex(known => known.At <= step.At);
        TrustHistory longer = this with { Steps = Steps.Insert(after + 1, step) };
        if (longer.Steps.Count <= StepsMax)
        {
            return longer;
        }

        TrustStep oldest = longer.Steps[0];
        DateTimeOffset at = oldest.At > Since ? oldest.At : Since;
        return longer with { Start = longer.Fold([oldest], at), Since = at, Steps = longer.Steps.RemoveAt(0) };
    }

    public TrustHistory Without(Guid action) => this with { Steps = Steps.RemoveAll(step => step.ActionId == action) };

    private double Fold(IEnumerable<TrustStep> steps, DateTimeOffset to)
    {
        double value = Start;
        DateTimeOffset at = Since;
        foreach (TrustStep step in steps)
        {
            value = step.From(Rule.Aged(value, step.At - at));
            at = step.At > at ? step.At : at;
        }

        return Rule.Aged(value, to - at);
    }
}
