using System.Collections.Immutable;
using System.Text.Json;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>
/// Whose level of risk would be what under other numbers: what was noticed, reported and decided is gone through as it was
/// recorded, under the formula in force and under the changed one. With something new a level climbs one step, once a day at most; it falls by itself.
/// What people would have decided otherwise nobody knows: decisions are those that were made.
/// </summary>
internal static class WhatIfRisk
{
    public static Verb Verb(Surroundings here) => ComparedScores.Verb(
        here,
        "risk",
        "Compares everybody's level of risk with what it would be under changed parameters. Changes nothing.",
        "levels",
        () => Parameters.Of(RiskFormula.Current),
        (path, window, ct) =>
        {
            RiskFormula changed = Parameters.Changed(RiskFormula.Current, path);
            RefuseNonsense(changed);
            return Fold(here, changed, window, ct);
        });

    private static void RefuseNonsense(RiskFormula formula)
    {
        if (Math.Abs(formula.SignalsWeight + formula.HistoryWeight + formula.ContextWeight + formula.AgeWeight - 1) > 1e-9)
        {
            throw new VerbRefusedException("The four weights must be 1 together.");
        }

        if (!(formula.GuideFrom < formula.InterveneFrom && formula.InterveneFrom < formula.ProtectFrom)
            || formula.ReportersCounted < 1 || formula.NewForDays <= 0 || formula.KeptADay is <= 0 or > 1)
        {
            throw new VerbRefusedException("Levels must begin one above the other, and counts, days and what is kept a day be above 0.");
        }
    }

    private static async Task<IReadOnlyList<ComparedScore>> Fold(Surroundings here, RiskFormula changed, ComparedWindow window, CancellationToken ct)
    {
        DateTimeOffset time = window.To;
        Dictionary<Guid, DateTimeOffset> registered = await Registered(here, time, ct).ConfigureAwait(false);
        await using OpenDomains open = await OpenDomain.Open(here, "safety", ct).ConfigureAwait(false);
        PostgresEventStore store = open[0].Store;
        Dictionary<Guid, (Course InForce, Course Changed)> cases = [];
        var range = new LogRange(0, await store.PositionAsOf(time, ct).ConfigureAwait(false), null, IncludeArchived: true);
        await foreach (RecordedEvent recorded in store.ReadLog(range, ct).ConfigureAwait(false))
        {
            if (recorded.Data is CaseEvent fact)
            {
                if (!cases.TryGetValue(recorded.StreamId, out (Course InForce, Course Changed) both))
                {
                    cases[recorded.StreamId] = both = (new Course(RiskFormula.Current), new Course(window.From is null ? changed : RiskFormula.Current));
                }

                if (recorded.Time >= window.From)
                {
                    both.Changed.Formula = changed;
                }

                both.InForce.Take(fact, recorded.Time, registered);
                both.Changed.Take(fact, recorded.Time, registered);
            }
        }

        foreach ((_, Course other) in cases.Values)
        {
            other.Formula = changed; // of whom nothing was recorded since
        }

        return
        [
            .. cases.Values.Where(both => both.InForce.User is not null).Select(both => new ComparedScore(
                both.InForce.User!.Value.Value,
                both.InForce.ScoreAt(time, registered),
                both.Changed.ScoreAt(time, registered),
                Name(both.InForce.LevelAt(time, registered)),
                Name(both.Changed.LevelAt(time, registered)))),
        ];
    }

    private static async Task<Dictionary<Guid, DateTimeOffset>> Registered(Surroundings here, DateTimeOffset time, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, "identity", ct).ConfigureAwait(false);
        PostgresEventStore store = open[0].Store;
        Dictionary<Guid, DateTimeOffset> registered = [];
        var range = new LogRange(0, await store.PositionAsOf(time, ct).ConfigureAwait(false), ["user.created"], IncludeArchived: true);
        await foreach (RecordedEvent recorded in store.ReadLog(range, ct).ConfigureAwait(false))
        {
            registered[recorded.StreamId] = recorded.Time;
        }

        return registered;
    }

    private static string Name(RiskLevel level) => JsonNamingPolicy.SnakeCaseLower.ConvertName(level.ToString());

    /// <summary>One case under one formula.</summary>
    private sealed class Course(RiskFormula formula)
    {
        public RiskFormula Formula { get; set; } = formula;

        private Case state = Case.Empty;
        private ImmutableSortedDictionary<SignalKind, SignalWeight> signals = ImmutableSortedDictionary<SignalKind, SignalWeight>.Empty;
        private RiskLevel level;
        private DateTimeOffset? roseAt;

        public UserId? User => state.User;

        public void Take(CaseEvent fact, DateTimeOffset time, Dictionary<Guid, DateTimeOffset> registered)
        {
            if (fact is RiskAssessed)
            {
                return; // what followed from the formula in force
            }

            if (User is not null)
            {
                level = LevelAt(time, registered);
            }

            state = Case.Evolve(state, fact);
            if (fact is SignalRecorded signal)
            {
                signals = signals.SetItem(signal.Kind, RiskRules.Add(signals.GetValueOrDefault(signal.Kind), signal.Weight, signal.At, Formula.KeptADay));
            }

            state = state with { Signals = signals };
            if (fact is SignalRecorded or ReportSubmitted or ReportsGrouped && !(time < roseAt + Risk.ClimbsEvery)
                && Formula.LevelOf(ScoreAt(time, registered)) > level)
            {
                (level, roseAt) = (level + 1, time);
            }
        }

        public double ScoreAt(DateTimeOffset time, Dictionary<Guid, DateTimeOffset> registered) =>
            Formula.Score(Formula.Parts(state, User is { } user && registered.TryGetValue(user.Value, out DateTimeOffset at) ? at : null, time));

        /// <summary>With nothing new it only falls.</summary>
        public RiskLevel LevelAt(DateTimeOffset time, Dictionary<Guid, DateTimeOffset> registered) =>
            (RiskLevel)Math.Min((int)level, (int)Formula.LevelOf(ScoreAt(time, registered)));
    }
}
