using System.CommandLine;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Which rows a read model would have if another build had folded the log: both fold it aside, and are compared by key.</summary>
internal static class WhatIfProjection
{
    private const int RowsDefault = 20;

    private sealed record Wish(string Model, string Assembly, string? Domain, long? From, long? At, int Limit, bool WithIds);

    public static Verb Verb(Surroundings here)
    {
        Argument<string> model = new("model") { Description = "The read model's name, as projections list shows it." };
        Option<string> assembly = new("--assembly") { Description = "The other build's Wya.Projections.dll.", HelpName = "PATH", Required = true };
        Option<long?> from = SharedOptions.Position(
            "--from", "The first position that the other build folds; it goes on from the rows that this build makes of what is before. From the beginning unless told.");
        Option<long?> at = SharedOptions.Position("--at", "The last position that is folded; the end of the log unless told.");
        Option<int?> limit = SharedOptions.Limit($"At most so many rows; {RowsDefault} unless told. All are counted.");
        Option<string?> domain = SharedOptions.Domain(here, "The read model's domain, where several have one of this name.");
        Option<bool> ids = Parameters.Ids();
        var verb = new Verb(
            "projection",
            "Folds the log by this build's read model and by another build's, aside, and shows the rows that differ. Changes nothing.",
            "wya what-if projection AccountHistory --assembly ../fix/Wya.Projections.dll",
            "wya what-if projection Users --domain identity --assembly ../fix/Wya.Projections.dll --at 1000 --json",
            "wya what-if projection AccountHistory --assembly ../fix/Wya.Projections.dll --from 500 --at 1000")
        {
            model,
            assembly,
            domain,
            from,
            at,
            limit,
            ids,
        };
        verb.Validators.Add(result =>
        {
            if (!result.Children.Any(child => child.Errors.Any()) && result.GetValue(from) > result.GetValue(at))
            {
                result.AddError("--from lies behind --at.");
            }
        });
        verb.SetAction((parsed, ct) => Run(
            here,
            new Wish(
                parsed.GetRequiredValue(model), parsed.GetRequiredValue(assembly), parsed.GetValue(domain), parsed.GetValue(from), parsed.GetValue(at),
                parsed.GetValue(limit) ?? RowsDefault, parsed.GetValue(ids)),
            new Answer(here, parsed.GetValue(SharedOptions.Json)),
            ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Wish wish, Answer answer, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, wish.Domain, ct).ConfigureAwait(false);
        (OpenDomain domain, ReadModel model) = open.ReadModel(wish.Model);
        await using LogDatabase source = domain.OpenSource(model);
        (ReadModel other, Wya.EventStore.EventTypeMap types) = OtherBuild.Find(wish.Assembly, domain.Name, source.Domain, model.Name);
        await using var otherSource = new LogDatabase(source.Domain, Settings.Connection(here, source.Domain).ConnectionString, types);
        await using var log = new PostgresEventStore(source, here.Clock);
        long head = await log.Head(ct).ConfigureAwait(false), position = Math.Min(wish.At ?? head, head);
        try
        {
            await using ReadModelAsOf now = await ReadModelAsOf.Compute(source, domain.Log, model, position, null, ct).ConfigureAwait(false);
            await using ReadModelAsOf then = wish.From is { } from
                ? await ReadModelAsOf.GoOn((source, model, Math.Min(from - 1, position)), otherSource, domain.Log, other, position, ct).ConfigureAwait(false)
                : await ReadModelAsOf.Compute(otherSource, domain.Log, other, position, null, ct).ConfigureAwait(false);
            await Give(answer, wish, now, then, position, ct).ConfigureAwait(false);
            return ExitCodes.Done;
        }
        catch (InvalidDataException unfoldable)
        {
            throw new VerbRefusedException(unfoldable.Message, cause: unfoldable);
        }
        catch (PostgresException refused)
        {
            throw new VerbRefusedException($"The tables of that build cannot be made here: {Failures.Sentence(refused)}", cause: refused);
        }
    }

    private static async Task Give(Answer answer, Wish wish, ReadModelAsOf now, ReadModelAsOf then, long position, CancellationToken ct)
    {
        using var pseudonyms = new Pseudonyms(Pseudonyms.NewKey()); // of this answer alone
        Dictionary<string, long> counts = new() { ["added"] = 0, ["removed"] = 0, ["changed"] = 0 };
        List<ComparedRow> shown = [];
        await foreach (ComparedRow row in ComparedRows.Of(now, then, ct).ConfigureAwait(false))
        {
            counts[row.Change]++;
            if (shown.Count < wish.Limit)
            {
                shown.Add(row with { Key = Masked(row.Key), Row = Masked(row.Row) });
            }
        }

        answer.List<ComparedRow>(
            shown, row => row, "No row would differ.",
            new("table", row => row.Table), new("row", row => row.Change), new("key", row => row.Key.ToJsonString()), new("values", row => row.Row.ToJsonString()));
        answer.Give(
            new { Position = position, Added = counts["added"], Removed = counts["removed"], Changed = counts["changed"] },
            $"As of position {Visible.Count(position)}: {Visible.Count(counts["added"])} added, {Visible.Count(counts["removed"])} removed, {Visible.Count(counts["changed"])} changed.");

        JsonObject Masked(JsonObject row) => (JsonObject)MaskedRows.Of(row, wish.WithIds ? null : pseudonyms)!;
    }
}
