using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Streams that wait for an operator, of one projection or of all.</summary>
internal static class ListDeadLetters
{
    private const int CountDefault = 100;
    private const int PageMax = 1_000;

    private static readonly TableColumn<DeadLetter>[] Columns =
    [
        new("projection", row => row.Consumer),
        new("stream", row => row.StreamId.ToString()),
        new("position", row => Visible.Count(row.Position), IsNumber: true),
        new("type", row => row.EventType ?? ""),
        new("state", row => row.State),
        new("attempts", row => Visible.Count(row.Attempts), IsNumber: true),
        new("waiting", row => Visible.Count(row.EventsWaiting), IsNumber: true),
        new("parked", row => Visible.Time(row.ParkedAt)),
        new("next retry", row => Visible.Time(row.NextRetryAt)),
        new("error", row => row.Error),
    ];

    public static Verb Verb(Surroundings here)
    {
        Argument<string?> projection = new("projection")
        {
            Description = "Only this projection's.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => null,
        };
        Option<bool> retrying = new("--retrying") { Description = "Those too that are still retried by themselves." };
        Option<int?> limit = SharedOptions.Limit($"At most so many of each projection, the oldest first; {CountDefault} unless told.");
        Option<string?> domain = SharedOptions.Domain(here, "Only this domain's projections.");
        var verb = new Verb(
            "list",
            "Streams that a projection has given up on and that wait for a decision.",
            "wya dead-letters list",
            "wya dead-letters list AccountHistory --retrying",
            "wya dead-letters list --json")
        {
            projection,
            retrying,
            limit,
            domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            IEnumerable<Consumer> consumers = parsed.GetValue(projection) is { } name
                ? [open.Consumer(name)]
                : open.SelectMany(each => each.Consumers);
            List<DeadLetter> letters = [];
            foreach (Consumer consumer in consumers)
            {
                letters.AddRange(await All(consumer, parsed.GetValue(limit) ?? CountDefault, !parsed.GetValue(retrying), ct).ConfigureAwait(false));
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).List(letters, letter => letter, "There are no dead letters.", Columns);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static async Task<List<DeadLetter>> All(Consumer consumer, int limit, bool deadOnly, CancellationToken ct)
    {
        List<DeadLetter> letters = [];
        while (letters.Count < limit)
        {
            IReadOnlyList<DeadLetter> page = await Wya.EventStore.Postgres.DeadLetters
                .List(consumer, letters.Count == 0 ? 0 : letters[^1].Position, Math.Min(limit - letters.Count, PageMax), deadOnly, ct)
                .ConfigureAwait(false);
            if (page.Count == 0)
            {
                break;
            }

            letters.AddRange(page);
        }

        return letters;
    }
}
