using System.Collections.Immutable;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>The trust in one person: what has moved each factor, and what the running month has brought so far.</summary>
/// <param name="Histories">One a factor, in their order.</param>
/// <param name="Month">The first day of the running month, UTC.</param>
/// <param name="Counts">What happened in it, each kind up to the number that counts.</param>
/// <param name="Course">As announced last.</param>
public sealed record TrustLedger(
    ImmutableList<TrustHistory> Histories,
    DateTimeOffset Month,
    ImmutableSortedDictionary<TrustEvidence, int> Counts,
    TrustCourse Course,
    bool IsErased)
{
    public static TrustLedger Neutral { get; } = new(
        [.. TrustFactors.All.Select(rule => TrustHistory.Empty(rule.Factor))],
        DateTimeOffset.UnixEpoch,
        ImmutableSortedDictionary<TrustEvidence, int>.Empty,
        TrustCourse.Neutral,
        IsErased: false);

    public static StreamType<TrustLedger, TrustEvent> Stream { get; } = new("trust", Neutral, Evolve);

    /// <summary>What the score is made of, and by which steps.</summary>
    public TrustFormula Formula { get; private init; } = TrustFormula.Current;

    private DateTimeOffset NextMonth => Month.AddMonths(1);

    /// <summary>A person's stream. Their own id may name other streams of the graph.</summary>
    public static Guid StreamOf(UserId user) => EventIds.ForCommand("system", "trust", user.ToString());

    public static TrustLedger Evolve(TrustLedger ledger, TrustEvent fact) => fact switch
    {
        TrustUpdated updated => ledger.Take(updated.Evidence, updated.At, updated.ActionId) with { Course = updated.Course },
        TrustErased => Neutral with { IsErased = true },
        _ => throw new InvalidOperationException($"Trust does not know {fact.GetType().Name}."),
    };

    /// <summary>Before anything has happened, under a formula that may be another than the published one.</summary>
    public static TrustLedger Under(TrustFormula formula) => Neutral.GoOnUnder(formula);

    /// <summary>What has moved the factors keeps its size; from here on the steps are those of another formula, and all fade by it.</summary>
    public TrustLedger GoOnUnder(TrustFormula formula) => this with
    {
        Histories = [.. Histories.Zip(formula.Factors, (history, rule) => history with { Rule = rule })],
        Formula = formula,
    };

    public bool Holds(Guid action) => Histories.Any(history => history.Steps.Any(step => step.ActionId == action));

    /// <summary>
    /// After one more piece of evidence. What is told late, when something of a later month has been counted already, counts
    /// with that. A moderator's decision closes no month, so that nothing is left of one that is taken back.
    /// </summary>
    public TrustLedger Take(TrustEvidence evidence, DateTimeOffset at, Guid? action)
    {
        TrustHistory decisions = Histories[(int)TrustFactor.ModerationOutcomes];
        switch (evidence)
        {
            case TrustEvidence.Moderated:
                return With(decisions.With(new TrustStep(at, -Formula.ModeratedStep, evidence, 1, action)));
            case TrustEvidence.ModerationReversed:
                return With(decisions.Without(action!.Value));
            default:
                TrustLedger closed = ClosedAt(at);
                return closed with { Counts = closed.Counts.SetItem(evidence, closed.Counts.GetValueOrDefault(evidence) + 1) };
        }
    }

    /// <summary>With every month that is over by then counted.</summary>
    public TrustLedger ClosedAt(DateTimeOffset time)
    {
        DateTimeOffset month = MonthOf(time);
        return month <= Month ? this : Counted() with { Month = month };
    }

    /// <summary>How the factors run on from a time, if nothing more is recorded. It never begins before the one announced last.</summary>
    public TrustCourse CourseFrom(DateTimeOffset time)
    {
        DateTimeOffset from = new[] { time, Month, Course.Now.From }.Max();
        TrustLedger closed = ClosedAt(from);
        return new TrustCourse(
            closed.PointAt(from),
            closed.Counts.IsEmpty ? null : closed.Counted().PointAt(closed.NextMonth));
    }

    private TrustPoint PointAt(DateTimeOffset time) => TrustPoint.Of(time, factor => Histories[(int)factor].ValueAt(time));

    private TrustLedger Counted() =>
        Formula.Steps(Counts, NextMonth).Aggregate(
            this with { Counts = Counts.Clear() },
            (ledger, moved) => ledger.With(ledger.Histories[(int)moved.Factor].With(moved.Step)));

    private TrustLedger With(TrustHistory history) => this with { Histories = Histories.SetItem((int)history.Factor, history) };

    private static DateTimeOffset MonthOf(DateTimeOffset time)
    {
        DateTime utc = time.UtcDateTime;
        return new DateTimeOffset(utc.Year, utc.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
