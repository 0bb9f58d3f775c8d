using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Tries the code of this build on what is set aside, and changes nothing.</summary>
internal static class TryDeadLetters
{
    private const int PageStreams = 100;

    private static readonly TableColumn<ParkedTrial>[] Columns =
    [
        new("stream", row => row.StreamId.ToString()),
        new("position", row => Visible.Count(row.Position), IsNumber: true),
        new("would", row => row.Passes ? "go through" : $"fail at {Visible.Count(row.Run.FailsAt!.Value)}"),
        new("events applied", row => Visible.Count(row.Run.Applied), IsNumber: true),
        new("rows", row => string.Join(", ", row.Rows.GroupBy(one => (one.Table, one.Difference)).Select(same => $"{same.Key.Table}: {same.Count()} {same.Key.Difference}"))),
        new("failure", row => row.Run.Error ?? ""),
    ];

    public static Verb Verb(Surroundings here)
    {
        var arguments = new DeadLetterArguments(here);
        Option<int?> limit = SharedOptions.Limit($"At most so many streams, in the order of the log; all unless told.");
        var verb = new Verb(
            "try",
            "Applies what waits in each stream that is set aside with this build's code, in transactions that are rolled back: which would go through, and which rows would change.",
            "wya dead-letters try AccountHistory",
            "wya dead-letters try AccountHistory --limit 10 --json")
        {
            arguments.Projection,
            limit,
            arguments.Domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(arguments.Domain), ct, opensSealed: true).ConfigureAwait(false);
            Consumer consumer = open.Consumer(parsed.GetRequiredValue(arguments.Projection));
            var letters = new EventStore.Postgres.DeadLetters();
            int left = parsed.GetValue(limit) ?? int.MaxValue;
            List<ParkedTrial> trials = [];
            while (left > 0 && await letters.TryAll(consumer, trials.Count == 0 ? 0 : trials[^1].Position, Math.Min(left, PageStreams), ct: ct).ConfigureAwait(false) is { Count: > 0 } page)
            {
                trials.AddRange(page);
                left -= page.Count;
            }

            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            answer.List(trials, trial => trial, $"{consumer.Name} has set nothing aside.", Columns);
            int passing = trials.Count(trial => trial.Passes);
            if (trials.Count > 0)
            {
                answer.Say($"{Visible.Count(passing)} of {Visible.Count(trials.Count, "stream")} would go through. Nothing was changed.");
            }

            return passing == trials.Count ? ExitCodes.Done : ExitCodes.Refused;
        });
        return verb;
    }
}
