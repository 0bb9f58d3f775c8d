namespace Wya.Domain.Graph.Events;

public enum TrustFactor
{
    InteractionQuality,
    ModerationOutcomes,
    ReportAccuracy,
    Consistency,
    Contribution,
}

/// <param name="Weight">Its part of the score; all of them are 1.</param>
/// <param name="DecayPerMonth">The part of its distance from neutral that it loses in a month.</param>
/// <param name="RecoveryPerMonth">What it regains in a month by itself, below neutral.</param>
public sealed record TrustFactorRule(
    TrustFactor Factor, decimal Weight, double DecayPerMonth, double RecoveryPerMonth = TrustFactors.RecoveryPerMonth)
{
    /// <summary>
    /// What was good and what was bad is forgotten alike: the distance d from neutral follows d' = −λd with
    /// e^−λ = 1 − <see cref="DecayPerMonth"/>. Below neutral it also recovers: d' = −λd + <see cref="RecoveryPerMonth"/>
    /// until it is neutral, and no further. Both are solved exactly, so that ageing twice is ageing once by the sum.
    /// </summary>
    public double Aged(double value, TimeSpan time)
    {
        double months = time / TrustFactors.Month;
        double distance = value - TrustFactors.Neutral;
        if (months <= 0 || distance == 0)
        {
            return value;
        }

        double kept = Math.Pow(1 - DecayPerMonth, months);
        if (distance > 0)
        {
            return TrustFactors.Neutral + (distance * kept);
        }

        double rate = -Math.Log(1 - DecayPerMonth);
        double recovered = RecoveryPerMonth * (rate == 0 ? months : (1 - kept) / rate);
        return TrustFactors.Neutral + Math.Min(0, (distance * kept) + recovered);
    }
}

/// <summary>What the score is made of: a published rule, the same for everybody.</summary>
public static class TrustFactors
{
    /// <summary>Where everybody starts, in every factor and in the score.</summary>
    public const double Neutral = 0.5;

    /// <summary>What a factor below neutral regains in a month by itself.</summary>
    public const double RecoveryPerMonth = 0.01;

    /// <summary>The mean month of the calendar: 365.2425 / 12 days.</summary>
    public static readonly TimeSpan Month = TimeSpan.FromDays(30.436875);

    public static IReadOnlyList<TrustFactorRule> All { get; } =
    [
        new(TrustFactor.InteractionQuality, 0.30m, 0.05),
        new(TrustFactor.ModerationOutcomes, 0.25m, 0.02),
        new(TrustFactor.ReportAccuracy, 0.20m, 0.10),
        new(TrustFactor.Consistency, 0.15m, 0),
        new(TrustFactor.Contribution, 0.10m, 0.05),
    ];

    public static TrustFactorRule Of(TrustFactor factor) => All[(int)factor];
}
