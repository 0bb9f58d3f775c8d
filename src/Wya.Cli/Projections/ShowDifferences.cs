using System.CommandLine;
using System.Globalization;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The rows in which the new tables of a rebuild differ from the live ones, and the events behind them.</summary>
internal static class ShowDifferences
{
    private const int CountDefault = 20;
    private const int CountMax = 1_000;

    private static readonly TableColumn<RowDifference>[] Columns =
    [
        new("no", row => row.Number.ToString(CultureInfo.InvariantCulture), IsNumber: true),
        new("table", row => row.Table),
        new("difference", row => row.Difference),
        new("key", row => row.Key.ToString()),
        new("live", row => Changed(row, row.Live, row.Rebuilt)),
        new("new", row => Changed(row, row.Rebuilt, row.Live)),
        new("events", row => row.EventCount is { } count ? Visible.Count(count) : "", IsNumber: true),
        new("the last of them", row => string.Join(", ", row.Events.Select(one => $"{one.Type}@{one.Position}"))),
    ];

    public static Verb Verb(Surroundings here)
    {
        Argument<string> projection = SharedOptions.Projection();
        Option<int> after = new("--after") { Description = "The number of the row before the first.", HelpName = "NUMBER" };
        Option<int?> limit = SharedOptions.Limit($"At most so many; {CountDefault} unless told.");
        Option<string?> domain = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");
        var verb = new Verb(
            "differences",
            "The first rows in which the last rebuild's new tables differed from the live ones, with both versions and the events that made the first of them. What people wrote is masked.",
            "wya projections differences Users",
            "wya projections differences Users --after 20 --json")
        {
            projection,
            after,
            limit,
            domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            (OpenDomain found, ReadModel model) = open.ReadModel(parsed.GetRequiredValue(projection));
            if (await found.Rebuilds.Show(model.Name, ct).ConfigureAwait(false) is not { Difference: { } tables } job)
            {
                throw new VerbRefusedException($"The last rebuild of {model.Name} has compared nothing.");
            }

            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            IReadOnlyList<RowDifference> rows = await found.Rebuilds
                .Differences(job.Id, parsed.GetValue(after), Math.Min(parsed.GetValue(limit) ?? CountDefault, CountMax), ct).ConfigureAwait(false);
            foreach (TableDifference table in tables.Where(table => table.Rows > 0))
            {
                answer.Say(table.ToString());
            }

            if (job.Fingerprint is { } fingerprint)
            {
                answer.Say($"fingerprint {fingerprint}");
            }

            answer.List(rows, row => row, tables.Any(table => table.Rows > 0) ? "There are no more of them, or they are not kept any more." : "No rows differ.", Columns);
            return ExitCodes.Done;
        });
        return verb;
    }

    /// <summary>Of a row that changed, only what is not the same on the other side.</summary>
    private static string Changed(RowDifference row, System.Text.Json.JsonElement? side, System.Text.Json.JsonElement? other) =>
        side is not { } values
            ? ""
            : row.Difference != "changed"
                ? values.ToString()
                : string.Join(", ", values.EnumerateObject()
                    .Where(value => other!.Value.GetProperty(value.Name).ToString() != value.Value.ToString()).Select(value => $"{value.Name} {value.Value}"));
}
