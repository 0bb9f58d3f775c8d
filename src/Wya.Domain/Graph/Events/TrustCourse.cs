using System.Text.Json.Serialization;

namespace Wya.Domain.Graph.Events;

/// <summary>
/// How the five factors run on from an event, so that every domain that follows it knows the score at any later time and
/// needs no other event for it. What happened in a month counts from the first day of the next one: then
/// <paramref name="Next"/> takes the place of <paramref name="Now"/>.
/// </summary>
public sealed record TrustCourse(TrustPoint Now, TrustPoint? Next = null)
{
    public static TrustCourse Neutral { get; } = new(TrustPoint.Neutral);

    /// <summary>The factors at a time; before the course begins, as they are where it begins.</summary>
    public TrustPoint At(DateTimeOffset time) => (Next is { } next && time >= next.From ? next : Now).Aged(time);
}

/// <summary>The five factors at a moment, each from 0 to 1.</summary>
public sealed record TrustPoint(
    DateTimeOffset From,
    double InteractionQuality,
    double ModerationOutcomes,
    double ReportAccuracy,
    double Consistency,
    double Contribution)
{
    public static TrustPoint Neutral { get; } = Of(DateTimeOffset.UnixEpoch, _ => TrustFactors.Neutral);

    /// <summary>0 to 1: the sum of what each factor contributes, exactly as it is shown.</summary>
    [JsonIgnore]
    public decimal Score => TrustFactors.All.Sum(factor => factor.Weight * Shown(factor.Factor));

    public double this[TrustFactor factor] => factor switch
    {
        TrustFactor.InteractionQuality => InteractionQuality,
        TrustFactor.ModerationOutcomes => ModerationOutcomes,
        TrustFactor.ReportAccuracy => ReportAccuracy,
        TrustFactor.Consistency => Consistency,
        TrustFactor.Contribution => Contribution,
        _ => throw new ArgumentOutOfRangeException(nameof(factor), factor, null),
    };

    public static TrustPoint Of(DateTimeOffset from, Func<TrustFactor, double> value) => new(
        from,
        value(TrustFactor.InteractionQuality),
        value(TrustFactor.ModerationOutcomes),
        value(TrustFactor.ReportAccuracy),
        value(TrustFactor.Consistency),
        value(TrustFactor.Contribution));

    /// <summary>In hundredths: finer than that a factor is shown to nobody, and counts nowhere.</summary>
    public decimal Shown(TrustFactor factor) =>
        Math.Round(Math.Round((decimal)this[factor], 6), 2, MidpointRounding.AwayFromZero); // first what floating point leaves behind

    public TrustPoint Aged(DateTimeOffset to) =>
        to <= From ? this : Of(to, factor => TrustFactors.Of(factor).Aged(this[factor], to - From));
}
