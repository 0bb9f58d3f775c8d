using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Rebuilds and switch-backs, running and done.</summary>
internal static class ListRebuilds
{
    private const int CountDefault = 20;
    private const int CountMax = 10_000;

    private static readonly TableColumn<(string Domain, RebuildJob Job)>[] Columns =
    [
        new("projection", row => row.Job.Projection),
        new("domain", row => row.Domain),
        new("kind", row => Words.Of(row.Job.Kind)),
        new("state", row => Words.Of(row.Job.State)),
        new("step", row => Words.Of(row.Job.Step)),
        new("position", row => Visible.Count(row.Job.Position), IsNumber: true),
        new("target", row => Visible.Count(row.Job.Target), IsNumber: true),
        new("events/s", row => row.Job.EventsASecond is { } rate ? Visible.Count((long)rate) : "", IsNumber: true),
        new("left", row => row.Job.TimeLeft is { } left ? Visible.Seconds(left.TotalSeconds) : "", IsNumber: true),
        new("rows differing", row => row.Job.RowsDiffering is { } rows ? Visible.Count(rows) : "", IsNumber: true),
        new("requested", row => $"{Visible.Time(row.Job.RequestedAt)} by {row.Job.RequestedBy}"),
        new("finished", row => Visible.Time(row.Job.FinishedAt)),
        new("note", row => row.Job.Error ?? row.Job.Explanation ?? ""),
    ];

    public static Verb Verb(Surroundings here)
    {
        Option<string?> domain = SharedOptions.Domain(here, "Only this domain's.");
        Option<int?> limit = SharedOptions.Limit($"At most so many of each domain, the newest first; {CountDefault} unless told.");
        var verb = new Verb("rebuilds", "Rebuilds and switch-backs, the newest first.", "wya projections rebuilds", "wya projections rebuilds --limit 1 --json")
        {
            domain,
            limit,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            List<(string Domain, RebuildJob Job)> jobs = [];
            foreach (OpenDomain each in open)
            {
                int count = Math.Min(parsed.GetValue(limit) ?? CountDefault, CountMax);
                jobs.AddRange((await each.Rebuilds.List(count, ct).ConfigureAwait(false)).Select(job => (each.Name, job)));
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).List(jobs, row => row.Job, "Nothing was ever rebuilt here.", Columns);
            return ExitCodes.Done;
        });
        return verb;
    }
}
