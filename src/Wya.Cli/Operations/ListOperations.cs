using System.CommandLine;
using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>What operators did, in every domain and with the keys.</summary>
internal static class ListOperations
{
    private const int CountDefault = 50;

    private static readonly TableColumn<Operation>[] Columns =
    [
        new("time", row => Visible.Time(row.At)),
        new("domain", row => row.Domain),
        new("verb", row => row.Verb),
        new("target", row => row.Target),
        new("by", row => row.Actor),
        new("reason", row => row.Reason),
        new("outcome", row => row.Outcome),
        new("numbers", row => string.Join(", ", row.Numbers.EnumerateObject().Select(number => $"{number.Name} {number.Value}"))),
    ];

    public static Verb Verb(Surroundings here)
    {
        Option<string?> domain = SharedOptions.Domain(here, "Only this domain's.");
        Option<int?> limit = SharedOptions.Limit($"At most so many, the newest first; {CountDefault} unless told.");
        var verb = new Verb(
            "list",
            "What operators changed in the running of the system, by whom, why, and in numbers; the newest first.",
            "wya operations list",
            "wya operations list --domain identity --limit 10 --json")
        {
            domain,
            limit,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            int count = Math.Min(parsed.GetValue(limit) ?? CountDefault, EventStore.Postgres.Operations.PageMax);
            List<Operation> found = [];
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            foreach (OpenDomain each in open)
            {
                found.AddRange(await EventStore.Postgres.Operations.Of(each.Log).List(limit: count, ct: ct).ConfigureAwait(false));
            }

            if (parsed.GetValue(domain) is null && here.Variable(Settings.Variable(KeysSchema.Name)) is { Length: > 0 })
            {
                found.AddRange(await OfKeys(here, count, ct).ConfigureAwait(false));
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).List(
                [.. found.OrderByDescending(one => one.Id).Take(count)], one => one, "Nothing was ever done here.", Columns);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static async Task<IReadOnlyList<Operation>> OfKeys(Surroundings here, int count, CancellationToken ct)
    {
        await using var keys = new DatabaseHosts(KeysSchema.Name, Settings.Connection(here, KeysSchema.Name));
        try
        {
            return await new EventStore.Postgres.Operations(keys.Primary, KeysSchema.Name, KeysSchema.OperationsSchema).List(limit: count, ct: ct).ConfigureAwait(false);
        }
        catch (NpgsqlException failure)
        {
            throw new VerbRefusedException(Failures.Sentence(failure, KeysSchema.Name), cause: failure);
        }
    }
}
