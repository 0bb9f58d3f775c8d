using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The rows of a read model as they were at a position or a time, computed aside.</summary>
internal static class ShowModel
{
    private const int RowsDefault = 100;

    private sealed record Wish(string Name, string? Domain, string[] Keys, long? At, DateTimeOffset? AsOf, int Limit);

    public static Verb Verb(Surroundings here)
    {
        Argument<string> name = new("model") { Description = "The read model's name, as projections list shows it; or one of its tables." };
        Option<string[]> key = new("--key") { Description = "Only rows with this value in a column, as COLUMN=VALUE; may be given several times. Tables without the column are left out.", HelpName = "COLUMN=VALUE" };
        Option<long?> at = SharedOptions.Position("--at", "As it was at this position of the log that it follows.");
        Option<DateTimeOffset?> asOf = SharedOptions.AsOf("As it was when all that was recorded by this time had reached it.");
        Option<int?> limit = SharedOptions.Limit($"At most so many rows of each table, in the order of its key; {RowsDefault} unless told.");
        Option<string?> domain = SharedOptions.Domain(here, "The read model's domain, where several have one of this name.");
        var verb = new Verb(
            "show",
            "The rows of a read model as they were at a position or a time of its log. It is computed aside; the live tables are not touched.",
            "wya models show Users --domain identity --as-of 2026-11-22T10:15:00Z",
            "wya models show Conversations --at 1000 --key id=0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --json",
            "wya models show edges --at 1000 --limit 10")
        {
            name,
            key,
            at,
            asOf,
            limit,
            domain,
        };
        verb.Validators.Add(result =>
        {
            if ((result.GetResult(at) is null) == (result.GetResult(asOf) is null))
            {
                result.AddError("Give one of --at and --as-of.");
            }

            if (result.GetValue(key) is { } keys && keys.FirstOrDefault(one => one.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
            {
                result.AddError($"'{wrong}' is not COLUMN=VALUE.");
            }
        });
        verb.SetAction((parsed, ct) => Run(
            here,
            new Wish(
                parsed.GetRequiredValue(name), parsed.GetValue(domain), parsed.GetValue(key) ?? [], parsed.GetValue(at), parsed.GetValue(asOf),
                parsed.GetValue(limit) ?? RowsDefault),
            new Answer(here, parsed.GetValue(SharedOptions.Json)),
            ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Wish wish, Answer answer, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, wish.Domain, ct).ConfigureAwait(false);
        (OpenDomain domain, ReadModel model, ITable? only) = Find(open, wish.Name);
        await using LogDatabase source = domain.OpenSource(model);
        await using var log = new PostgresEventStore(source, here.Clock);
        long position = wish.At ?? await log.PositionAsOf(wish.AsOf!.Value, ct).ConfigureAwait(false), head = await log.Head(ct).ConfigureAwait(false);
        if (position > head)
        {
            throw new VerbRefusedException($"The log of {source.Name} is at position {Visible.Count(head)}; it has no position {Visible.Count(position)}.");
        }

        KeyValuePair<string, string>[] having =
            [.. wish.Keys.Select(one => one.Split('=', 2)).Select(parts => KeyValuePair.Create(parts[0], parts[1]))];
        ITable[] tables = [.. model.Tables.Where(table => (only is null || table == only) && having.All(one => table.ColumnNames.Contains(one.Key)))];
        if (tables.Length == 0)
        {
            throw new VerbRefusedException($"No table of {model.Name} has {string.Join(" and ", having.Select(one => one.Key))}.");
        }

        await using ReadModelAsOf then = await Compute(source, domain, model, position, answer, ct).ConfigureAwait(false);
        answer.Say($"{model.Name} of {domain.Name} as of position {Visible.Count(position)} of {source.Name}'s log; what is sealed is masked, so that a handle looks like that of somebody who was erased.");
        foreach (ITable table in tables)
        {
            List<JsonElement> rows = [];
            await foreach (JsonElement row in then.Rows(table, having, wish.Limit, ct).ConfigureAwait(false))
            {
                rows.Add(MaskedRows.Of(row));
            }

            answer.List(
                rows,
                row => new { Table = table.Name, Position = position, Row = row },
                $"{table.Name}: no rows",
                [new("table", _ => table.Name), .. table.ColumnNames.Select(column => new TableColumn<JsonElement>(column, row => MaskedRows.Cell(row, column)))]);
        }

        return ExitCodes.Done;
    }

    private static async Task<ReadModelAsOf> Compute(
        LogDatabase source, OpenDomain domain, ReadModel model, long position, Answer answer, CancellationToken ct)
    {
        try
        {
            return answer.IsAnimated
                ? await answer.Console.Progress().StartAsync(bars =>
                {
                    var bar = bars.AddTask("Folding", maxValue: Math.Max(1, position));
                    return ReadModelAsOf.Compute(source, domain.Log, model, position, to => bar.Value = to, ct);
                }).ConfigureAwait(false)
                : await ReadModelAsOf.Compute(source, domain.Log, model, position, null, ct).ConfigureAwait(false);
        }
        catch (InvalidDataException unfoldable)
        {
            throw new VerbRefusedException(unfoldable.Message, cause: unfoldable);
        }
    }

    private static (OpenDomain Domain, ReadModel Model, ITable? Table) Find(OpenDomains open, string name)
    {
        (OpenDomain, ReadModel, ITable?)[] tables =
        [
            .. from domain in open from model in domain.Definition.Kept from table in model.Tables where table.Name == name select (domain, model, (ITable?)table),
        ];
        if (tables.Length == 0)
        {
            (OpenDomain domain, ReadModel model) = open.ReadModel(name);
            return (domain, model, null);
        }

        return tables is [var one]
            ? one
            : throw new VerbRefusedException(
                $"Several read models have a table '{name}'; name one with --domain: {string.Join(", ", tables.Select(table => $"{table.Item2.Name} of {table.Item1.Name}"))}.");
    }
}
