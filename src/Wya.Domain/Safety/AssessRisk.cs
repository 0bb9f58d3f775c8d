using System.Globalization;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>
/// Moves a level. It climbs with something new, in the same append: one step, and once a day at most. It falls by itself,
/// when somebody looks (<see cref="Decide"/>), to where the score has come.
/// </summary>
public static class AssessRisk
{
    /// <summary>The daily look: nothing new has happened, so nothing climbs.</summary>
    public static Decision<CaseEvent> Decide(Case state, DateTimeOffset? registeredAt, DateTimeOffset now)
    {
        if (state.User is not { } user)
        {
            return Decision<CaseEvent>.Nothing;
        }

        (RiskParts parts, double score) = Of(state, registeredAt, now);
        return Risk.LevelOf(score) < state.Level
            ? new RiskAssessed(user, state.Level, Risk.LevelOf(score), score, parts, now)
            : Decision<CaseEvent>.Nothing;
    }

    /// <summary>Something that happened, with what follows from it: perhaps a level, perhaps a kind word.</summary>
    /// <param name="noticed">The kind of what was noticed, where something was.</param>
    internal static Decision<CaseEvent> After(
        Case state, UserId user, IReadOnlyList<CaseEvent> facts, SignalKind? noticed, DateTimeOffset? registeredAt, DateTimeOffset now)
    {
        List<CaseEvent> all = [.. facts];
        Case after = Case.Stream.Fold(state, facts);
        (RiskParts parts, double score) = Of(after, registeredAt, now);
        RiskLevel level = after.Level;
        if (Risk.LevelOf(score) > level && !(now < after.RoseAt + Risk.ClimbsEvery))
        {
            all.Add(new RiskAssessed(user, level, ++level, score, parts, now));
        }

        if (noticed is { } kind && level >= RiskLevel.Guide && KindWords.For(kind) is var word
            && !after.OpenKinds.ContainsValue(word) && !(now < after.ShownAt + KindWords.ShownEvery))
        {
            all.Add(new SoftIntervention(WordId(user, now), user, word, now));
        }

        return Decision<CaseEvent>.Record(all);
    }

    private static (RiskParts Parts, double Score) Of(Case state, DateTimeOffset? registeredAt, DateTimeOffset now)
    {
        RiskParts parts = Risk.Parts(state, registeredAt, now);
        return (parts, Risk.Score(parts));
    }

    /// <summary>There is one a day at most, so the moment names it.</summary>
    private static Guid WordId(UserId user, DateTimeOffset now) =>
        EventIds.ForCommand("system", "kind word", string.Create(CultureInfo.InvariantCulture, $"{user} {now.UtcDateTime:O}"));
}
