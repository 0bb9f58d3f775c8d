using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>
/// Whose trust would be what under other numbers: the evidence that is recorded is folded under the formula in force and under
/// the changed one, in memory, and both scores are compared. Evidence beyond what counts in a month was never recorded, so a
/// formula under which more counts finds no more than that. What had moved a factor before the changed formula holds keeps its size; how it fades
/// and weighs, the changed one says.
/// </summary>
internal static class WhatIfTrust
{
    private static readonly string[] Types = ["graph.trust_updated", "graph.trust_erased"];

    public static Verb Verb(Surroundings here) => ComparedScores.Verb(
        here,
        "trust",
        "Compares everybody's trust with what it would be under changed parameters. Changes nothing.",
        "scores",
        () => Parameters.Of(TrustParameters.Of(TrustFormula.Current)),
        (path, window, ct) => Compare(here, Parameters.Changed(TrustParameters.Of(TrustFormula.Current), path).Formula(), window, ct));

    private static async Task<IReadOnlyList<ComparedScore>> Compare(Surroundings here, TrustFormula changed, ComparedWindow window, CancellationToken ct) =>
    [
        .. (await Fold(here, changed, window, ct).ConfigureAwait(false)).Select(person =>
            new ComparedScore(person.Key, (double)Score(person.Value.InForce, window.To), (double)Score(person.Value.Changed.GoOnUnder(changed), window.To))),
    ];

    private static decimal Score(TrustLedger ledger, DateTimeOffset time) => ledger.Formula.ScoreOf(ledger.CourseFrom(time).At(time));

    private static async Task<Dictionary<Guid, (TrustLedger InForce, TrustLedger Changed)>> Fold(
        Surroundings here, TrustFormula changed, ComparedWindow window, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, "graph", ct).ConfigureAwait(false);
        PostgresEventStore store = open[0].Store;
        Dictionary<Guid, (TrustLedger InForce, TrustLedger Changed)> people = [];
        var range = new LogRange(0, await store.PositionAsOf(window.To, ct).ConfigureAwait(false), Types, IncludeArchived: true);
        await foreach (RecordedEvent recorded in store.ReadLog(range, ct).ConfigureAwait(false))
        {
            switch (recorded.Data)
            {
                case TrustUpdated updated:
                    (TrustLedger inForce, TrustLedger other) = people.GetValueOrDefault(updated.UserId.Value, (TrustLedger.Neutral, TrustLedger.Neutral));
                    other = recorded.Time < window.From ? other : other.GoOnUnder(changed);
                    people[updated.UserId.Value] =
                        (inForce.Take(updated.Evidence, updated.At, updated.ActionId), other.Take(updated.Evidence, updated.At, updated.ActionId));
                    break;
                case TrustErased erased:
                    people.Remove(erased.UserId.Value);
                    break;
            }
        }

        return people;
    }
}
