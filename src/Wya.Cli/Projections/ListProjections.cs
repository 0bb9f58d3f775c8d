using System.CommandLine;
using Wya.EventStore.Postgres;
using Consumers = Wya.EventStore.Postgres.Projections;

namespace Wya.Cli;

/// <summary>Every read model: where it stands, who keeps it, and what is wrong with it.</summary>
internal static class ListProjections
{
    private static readonly TableColumn<ListedProjection>[] Columns =
    [
        new("name", row => row.Name),
        new("domain", row => row.Domain),
        new("kind", row => row.Kind),
        new("status", row => row.Status),
        new("position", row => Visible.Count(row.Position), IsNumber: true),
        new("head", row => Visible.Count(row.Head), IsNumber: true),
        new("behind", row => Visible.Count(row.LagEvents), IsNumber: true),
        new("lag", row => Visible.Seconds(row.LagSeconds), IsNumber: true),
        new("parked", row => row.Parked > 0 ? Visible.Count(row.Parked) : "", IsNumber: true),
        new("dead", row => row.Dead > 0 ? Visible.Count(row.Dead) : "", IsNumber: true),
        new("leader", row => row.Leader ?? ""),
        new("rebuild", row => row.Rebuild ?? ""),
        new("error", row => row.Error ?? ""),
    ];

    /// <param name="Kind"><c>inline</c>: written by the append itself; <c>async</c>: by the daemon, afterwards; <c>follower</c>: no table, it answers events with events.</param>
    /// <param name="Status"><c>running</c>, <c>paused</c>, <c>standing_still</c>, <c>never_run</c>; always running when inline.</param>
    /// <param name="Rebuild">The state of a rebuild that has not ended.</param>
    private sealed record ListedProjection(
        string Name, string Domain, string Kind, string Status, long Position, long Head, long LagEvents, double LagSeconds,
        long Parked, long Dead, string? Leader, string? Rebuild, string? Error);

    public static Verb Verb(Surroundings here)
    {
        Option<string?> domain = SharedOptions.Domain(here, "Only this domain's.");
        var verb = new Verb("list", "Every projection: position, lag, status, leader, streams set aside.", "wya projections list", "wya projections list --domain identity --json")
        {
            domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            List<ListedProjection> rows = [];
            foreach (OpenDomain each in open)
            {
                rows.AddRange(await Rows(here, each, ct).ConfigureAwait(false));
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).List(rows, row => row, "This build has no projections.", Columns);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static async Task<List<ListedProjection>> Rows(Surroundings here, OpenDomain domain, CancellationToken ct)
    {
        var consumers = new Consumers(domain.Consumers, here.Clock);
        List<ListedProjection> rows = [];
        foreach (ReadModel model in domain.Definition.Kept)
        {
            RebuildJob? job = await domain.Rebuilds.Show(model.Name, ct).ConfigureAwait(false);
            string? rebuild = job is { IsActive: true } ? $"{Words.Of(job.Kind)} {Words.Of(job.State)}" : null;
            if (model.Inline)
            {
                long head = await domain.Store.Head(ct).ConfigureAwait(false);
                rows.Add(new ListedProjection(model.Name, domain.Name, "inline", "running", head, head, 0, 0, 0, 0, null, rebuild, null));
            }
            else
            {
                rows.Add(Row(domain, "async", rebuild, await consumers.Status(consumers.Find(model.Name)!, ct).ConfigureAwait(false)));
            }
        }

        foreach (Consumer follower in domain.Consumers.Where(consumer => consumer.Model is null))
        {
            rows.Add(Row(domain, "follower", null, await consumers.Status(follower, ct).ConfigureAwait(false)));
        }

        return rows;
    }

    private static ListedProjection Row(OpenDomain domain, string kind, string? rebuild, ProjectionStatus status) => new(
        status.Name, domain.Name, kind, status.State, status.Position, status.Head, status.LagEvents,
        Math.Round(status.LagSeconds, 3), status.Parked, status.Dead, status.Leader, rebuild, status.Error);
}
