using System.CommandLine;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>A domain's log, or a part of it, event by event, as fast as it can be read and in the memory of one page.</summary>
internal static class ReplayEvents
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> domain = SharedOptions.Domain(here, "Whose log; needed where --type does not say it.");
        Option<long?> from = SharedOptions.Position("--from", "The first position; from the beginning unless told.");
        Option<long?> to = SharedOptions.Position("--to", "The last position; to the end as it is at the start unless told.");
        Option<string[]> types = new("--type") { Description = "Only events of this type; may be given several times.", HelpName = "TYPE" };
        Option<DateTimeOffset?> asOf = SharedOptions.AsOf("Only what was recorded by this time.");
        Option<string> format = new("--format") { Description = "ndjson: one JSON object a line. table: for people.", HelpName = "ndjson|table", DefaultValueFactory = _ => "ndjson" };
        format.AcceptOnlyFromAmong("ndjson", "table");
        Option<long?> limit = new("--limit") { Description = "At most so many events.", HelpName = "COUNT" };
        Option<bool> archived = new("--include-archived") { Description = "Events of archived streams too." };
        var verb = new Verb(
            "replay",
            "Writes the events of a log in their order, with who caused them and why. It reads; nothing is applied again.",
            "wya events replay --domain identity",
            "wya events replay --domain messaging --from 1000 --to 2000",
            "wya events replay --type user.suspended --type user.unsuspended --as-of 2026-11-22T00:00:00Z",
            "wya events replay --domain messaging --format table --limit 20",
            "wya events replay --domain messaging | jq -r .type | sort | uniq -c")
        {
            domain,
            from,
            to,
            types,
            asOf,
            format,
            limit,
            archived,
        };
        verb.Validators.Add(result =>
        {
            if (result.Children.Any(child => child.Errors.Any()))
            {
                return;
            }

            if (result.GetValue(from) > result.GetValue(to))
            {
                result.AddError("--from lies behind --to.");
            }

            if (result.GetValue(limit) < 1)
            {
                result.AddError("--limit starts at 1.");
            }
        });
        verb.SetAction(async (parsed, ct) =>
        {
            string[] wanted = parsed.GetValue(types) ?? [];
            string name = parsed.GetValue(domain) ?? EventDomains.Only(here, wanted);
            EventDomains.RefuseUnknown(here, name, wanted);
            await using OpenDomains open = await OpenDomain.Open(here, name, ct).ConfigureAwait(false);
            PostgresEventStore store = open[0].Store;
            long last = parsed.GetValue(to) ?? long.MaxValue;
            if (parsed.GetValue(asOf) is { } time)
            {
                last = Math.Min(last, await store.PositionAsOf(time, ct).ConfigureAwait(false));
            }

            var range = new LogRange((parsed.GetValue(from) ?? 1) - 1, last, wanted.Length == 0 ? null : wanted, parsed.GetValue(archived));
            bool asTable = parsed.GetValue(format) == "table" && !parsed.GetValue(SharedOptions.Json);
            await Write(here, store.ReadLog(range, ct), asTable, parsed.GetValue(limit) ?? long.MaxValue, ct).ConfigureAwait(false);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static async Task Write(Surroundings here, IAsyncEnumerable<RecordedEvent> events, bool asTable, long limit, CancellationToken ct)
    {
        using var lines = new EventLines(here, asTable);
        lines.Begin();
        long written = 0;
        await foreach (RecordedEvent recorded in events.ConfigureAwait(false))
        {
            ct.ThrowIfCancellationRequested();
            lines.Write(recorded);
            if (++written == limit)
            {
                break;
            }
        }

        lines.End(written);
    }
}
