using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Wya.Cli;

/// <summary>Somebody's number, as it is and as it would be.</summary>
internal sealed record ComparedScore(Guid Person, double Now, double Then, string? LevelNow = null, string? LevelThen = null)
{
    public double Difference => Math.Round(Then - Now, 4);

    public bool Differs => Difference != 0 || LevelNow != LevelThen;
}

/// <param name="From">The changed parameters hold from then on, and before it those in force; null: from the beginning.</param>
/// <param name="To">What is compared is as at this time.</param>
internal sealed record ComparedWindow(DateTimeOffset? From, DateTimeOffset To);

/// <summary>How what-if answers about people: how many it changes, and those whom it changes most.</summary>
internal static class ComparedScores
{
    private const int RowsDefault = 20;

    /// <param name="name">Of the formula, as it is asked for.</param>
    /// <param name="what">It tells of each: <c>scores</c>, <c>levels</c>.</param>
    /// <param name="inForce">The parameters in force.</param>
    /// <param name="compare">Everybody, under the formula in force and under the one in the file.</param>
    public static Verb Verb(
        Surroundings here,
        string name,
        string description,
        string what,
        Func<JsonElement> inForce,
        Func<string, ComparedWindow, CancellationToken, Task<IReadOnlyList<ComparedScore>>> compare)
    {
        Option<string?> file = Parameters.File();
        Option<DateTimeOffset?> from = SharedOptions.Time("--from", "The changed parameters hold for what was recorded from this time on, those in force for what was before; from the beginning unless told.");
        Option<DateTimeOffset?> asOf = SharedOptions.AsOf($"The {what} at this time, of what was recorded by then; now unless told.");
        Option<int?> limit = SharedOptions.Limit($"At most so many people, those whom it changes most; {RowsDefault} unless told.");
        Option<bool> ids = Parameters.Ids();
        var verb = new Verb(
            name,
            description,
            $"wya what-if {name}",
            $"wya what-if {name} --params params.json",
            $"wya what-if {name} --params params.json --as-of 2026-11-22 --limit 10 --json",
            $"wya what-if {name} --params params.json --from 2026-11-15 --as-of 2026-11-22")
        {
            file,
            from,
            asOf,
            limit,
            ids,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            if (parsed.GetValue(file) is not { } path)
            {
                return Show(here, answer, inForce());
            }

            DateTimeOffset time = parsed.GetValue(asOf) ?? here.Clock.GetUtcNow();
            if (parsed.GetValue(from) > time)
            {
                throw new VerbRefusedException("--from lies behind the time at which they are compared.");
            }

            Give(answer, await compare(path, new ComparedWindow(parsed.GetValue(from), time), ct).ConfigureAwait(false), parsed.GetValue(limit), parsed.GetValue(ids));
            return ExitCodes.Done;
        });
        return verb;
    }

    private static int Show(Surroundings here, Answer answer, JsonElement parameters)
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

    private static void Give(Answer answer, IReadOnlyList<ComparedScore> all, int? limit, bool withIds)
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
