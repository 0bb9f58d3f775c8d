using System.Globalization;
using Wya.Domain.Graph.Events;

namespace Wya.Domain.Graph;

/// <summary>One factor as its owner sees it.</summary>
/// <param name="Value">0 to 1, in hundredths.</param>
/// <param name="Contribution">Weight × value, exactly; the five are the score.</param>
/// <param name="MovedBy">What has moved it, the newest first, in plain words.</param>
/// <param name="Improve">What would raise it.</param>
public sealed record ExplainedFactor(
    TrustFactor Factor, decimal Value, decimal Weight, decimal Contribution, string Meaning, IReadOnlyList<string> MovedBy, string Fades, string Improve);

/// <summary>
/// A score as its owner sees it: all that moved it, never who. What the running month has brought is not told before it
/// counts, because it would say when somebody turned away.
/// </summary>
public sealed record TrustExplanation(decimal Score, IReadOnlyList<ExplainedFactor> Factors)
{
    public const int MovedByMax = 12;

    /// <summary>Where everybody starts.</summary>
    public static decimal Neutral { get; } = TrustPoint.Neutral.Score;

    public static TrustExplanation Of(TrustLedger ledger, DateTimeOffset now)
    {
        TrustPoint point = ledger.Course.At(now);
        TrustLedger closed = ledger.ClosedAt(now);
        return new TrustExplanation(point.Score, [.. TrustFactors.All.Select(rule => Explain(rule, point, closed.Histories[(int)rule.Factor]))]);
    }

    private static ExplainedFactor Explain(TrustFactorRule rule, TrustPoint point, TrustHistory history)
    {
        decimal value = point.Shown(rule.Factor);
        (string meaning, string improve) = Words(rule.Factor);
        return new ExplainedFactor(
            rule.Factor, value, rule.Weight, rule.Weight * value, meaning,
            [.. history.Steps.Reverse().Take(MovedByMax).Select(Sentence)], Fades(rule), improve);
    }

    private static (string Meaning, string Improve) Words(TrustFactor factor) => factor switch
    {
        TrustFactor.InteractionQuality => (
            "How others take to you.",
            "Make friends, and write to people who want to answer. Up to five new people a month count; what turns people away counts from three a month on."),
        TrustFactor.ModerationOutcomes => (
            "What moderators have decided about your conduct.",
            "Take part without breaking the rules. You can appeal a decision; one that is taken back leaves no trace here."),
        TrustFactor.ReportAccuracy => (
            "Whether what you report turns out to be so.",
            "Report what you have seen, and only that."),
        TrustFactor.Consistency => (
            "For how long, and how regularly, you have been part of this place.",
            "Get verified, and come back: each month in which you meet somebody new or make something counts."),
        TrustFactor.Contribution => (
            "What you make that others use.",
            "Make a group that people join. One a month counts."),
        _ => throw new ArgumentOutOfRangeException(nameof(factor), factor, null),
    };

    private static string Fades(TrustFactorRule rule) => rule.DecayPerMonth == 0
        ? "What speaks for you here stays. Below 0.5 it regains 0.01 a month by itself."
        : string.Create(CultureInfo.InvariantCulture, $"What moved it fades by {rule.DecayPerMonth * 100:0} % a month. Below 0.5 it also regains 0.01 a month by itself.");

    private static string Sentence(TrustStep step)
    {
        string month = step.At.AddDays(-1).UtcDateTime.ToString("MMMM yyyy", CultureInfo.InvariantCulture);
        return step.Evidence switch
        {
            null => $"Up: you took part in {month}.",
            TrustEvidence.Welcomed when step.Count == 1 => $"Up: somebody new befriended or answered you in {month}.",
            TrustEvidence.Welcomed => $"Up: {step.Count} new people befriended or answered you in {month}.",
            TrustEvidence.TurnedAway => $"Down: several people turned you away in {month}.",
            TrustEvidence.Moderated => $"Down: a moderator decided against you on {step.At.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}.",
            TrustEvidence.ReportUpheld => $"Up: what you reported in {month} was so.",
            TrustEvidence.ReportRejected => $"Down: what you reported in {month} was not so.",
            TrustEvidence.Verified => $"Up: you were verified in {month}.",
            TrustEvidence.Contributed => $"Up: you made something for others in {month}.",
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.Evidence, null),
        };
    }
}
