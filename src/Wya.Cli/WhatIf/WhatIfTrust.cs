using System.CommandLine;
using System.Globalization;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>
/// Whose trust would be what under other numbers: the evidence that is recorded is folded under the formula in force and under
/// the changed one, in memory, and both scores are compared. Evidence beyond what counts in a month was never recorded, so a
/// formula under which more counts finds no more than that.
/// </summary>
internal static class WhatIfTrust
{
    private static readonly string[] Types = ["graph.trust_updated", "graph.trust_erased"];

    public static Verb Verb(Surroundings here)
    {
        Option<string?> file = Parameters.File();
        Option<DateTimeOffset?> asOf = SharedOptions.AsOf("The scores at this time, of what was recorded by then; now unless told.");
        Option<int?> limit = SharedOptions.Limit($"At most so many people, those whom it changes most; {ComparedScores.RowsDefault} unless told.");
        Option<bool> ids = Parameters.Ids();
        var verb = new Verb(
            "trust",
            "Compares everybody's trust with what it would be under changed parameters. Changes nothing.",
            "wya what-if trust",
            "wya what-if trust --params params.json",
            "wya what-if trust --params params.json --as-of 2026-11-22 --limit 10 --json")
        {
            file,
            asOf,
            limit,
            ids,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            if (parsed.GetValue(file) is not { } path)
            {
                return ComparedScores.Show(here, answer, Parameters.Of(TrustParameters.Of(TrustFormula.Current)));
            }

            TrustFormula changed = Parameters.Changed(TrustParameters.Of(TrustFormula.Current), path).Formula();
            DateTimeOffset time = parsed.GetValue(asOf) ?? here.Clock.GetUtcNow();
            Dictionary<Guid, (TrustLedger InForce, TrustLedger Changed)> people = await Fold(here, changed, time, ct).ConfigureAwait(false);
            ComparedScores.Give(
                answer,
                [.. people.Select(person => new ComparedScore(person.Key, (double)Score(person.Value.InForce, time), (double)Score(person.Value.Changed, time)))],
                parsed.GetValue(limit), parsed.GetValue(ids));
            return ExitCodes.Done;
        });
        return verb;
    }

    private static decimal Score(TrustLedger ledger, DateTimeOffset time) => ledger.Formula.ScoreOf(ledger.CourseFrom(time).At(time));

    private static async Task<Dictionary<Guid, (TrustLedger InForce, TrustLedger Changed)>> Fold(
        Surroundings here, TrustFormula changed, DateTimeOffset time, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, "graph", ct).ConfigureAwait(false);
        PostgresEventStore store = open[0].Store;
        Dictionary<Guid, (TrustLedger InForce, TrustLedger Changed)> people = [];
        var range = new LogRange(0, await store.PositionAsOf(time, ct).ConfigureAwait(false), Types, IncludeArchived: true);
        await foreach (RecordedEvent recorded in store.ReadLog(range, ct).ConfigureAwait(false))
        {
            switch (recorded.Data)
            {
                case TrustUpdated updated:
                    (TrustLedger inForce, TrustLedger other) = people.GetValueOrDefault(updated.UserId.Value, (TrustLedger.Neutral, TrustLedger.Under(changed)));
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

/// <summary>Somebody's number, as it is and as it would be.</summary>
internal sealed record ComparedScore(Guid Person, double Now, double Then, string? LevelNow = null, string? LevelThen = null)
{
    public double Difference => Math.Round(Then - Now, 4);

    public bool Differs => Difference != 0 || LevelNow != LevelThen;
}

/// <summary>How what-if answers about people: how many it changes, and those whom it changes most.</summary>
internal static class ComparedScores
{
    public const int RowsDefault = 20;

    public static int Show(Surroundings here, Answer answer, System.Text.Json.JsonElement parameters)
    {
        if (answer.IsJson)
        {
            here.Output.WriteLine(parameters.GetRawText());
        }
        else
        {
            answer.Show(parameters);
        }

        return ExitCodes.Done;
    }

    public static void Give(Answer answer, IReadOnlyList<ComparedScore> all, int? limit, bool withIds)
    {
        using var pseudonyms = new Pseudonyms(Pseudonyms.NewKey()); // of this answer alone
        ComparedScore[] differing = [.. all.Where(one => one.Differs).OrderByDescending(one => Math.Abs(one.Difference)).ThenBy(one => one.Person)];
        ComparedScore[] shown = [.. differing.Take(limit ?? RowsDefault).Select(one => withIds ? one : one with { Person = pseudonyms.Of(one.Person) })];
        if (answer.IsJson)
        {
            answer.List(shown, one => one, "");
            answer.Give(new { People = all.Count, Differing = differing.Length, Levels = Levels(differing) }, "");
            return;
        }

        answer.List<ComparedScore>(
            shown, one => one, "Nobody's would differ.",
            new("person", one => one.Person.ToString()),
            new("now", one => Text(one.Now), IsNumber: true),
            new("then", one => Text(one.Then), IsNumber: true),
            new("difference", one => one.Difference.ToString("+0.0000;-0.0000;0", CultureInfo.InvariantCulture), IsNumber: true),
            new("level", one => one.LevelNow == one.LevelThen ? one.LevelNow ?? "" : $"{one.LevelNow} → {one.LevelThen}"));
        foreach ((string change, int people) in Levels(differing))
        {
            answer.Say($"{change}: {Visible.Count(people, "person", "people")}");
        }

        answer.Say($"{Visible.Count(differing.Length)} of {Visible.Count(all.Count, "person", "people")} would differ.");
    }

    private static Dictionary<string, int> Levels(IEnumerable<ComparedScore> differing) => differing
        .Where(one => one.LevelNow != one.LevelThen).GroupBy(one => $"{one.LevelNow} → {one.LevelThen}").OrderBy(group => group.Key, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Count());

    private static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
