using System.CommandLine;
using Spectre.Console;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Events of one log or of all, in files for analysis, without anything that names somebody.</summary>
internal static class ExportEvents
{
    public const int PositionsAFile = 100_000;

    private static readonly TimeSpan SaidEvery = TimeSpan.FromSeconds(2);

    /// <param name="Only">One domain; null for all.</param>
    private sealed record Wish(
        string Format, string Folder, string? Only, long? From, long? To, DateTimeOffset? AsOf, string[] Types, int Positions, bool IncludeArchived, bool Resume,
        bool Reveal, Operator By);

    public static Verb Verb(Surroundings here)
    {
        Option<string> format = new("--to") { Description = "What to write: parquet, ndjson (one JSON object a line) or csv.", HelpName = "parquet|ndjson|csv", Required = true };
        format.AcceptOnlyFromAmong("parquet", "ndjson", "csv");
        Option<string> folder = new("--out") { Description = "The folder to write to; made when missing, and empty unless --resume is given.", HelpName = "DIR", Required = true };
        Option<string?> domain = SharedOptions.Domain(here, "Only this domain's log; without it, all of them.");
        Option<long?> from = SharedOptions.Position("--from", "The first position; from the beginning unless told.");
        Option<long?> to = SharedOptions.Position("--until", "The last position; to the end as it is at the start unless told.");
        Option<DateTimeOffset?> asOf = SharedOptions.AsOf("Only what was recorded by this time.");
        Option<string[]> types = new("--type") { Description = "Only events of this type; may be given several times.", HelpName = "TYPE" };
        Option<int?> positions = new("--positions") { Description = "So many positions of a log make a file; 100,000 unless told.", HelpName = "COUNT" };
        Option<bool> archived = new("--include-archived") { Description = "Events of archived streams too." };
        Option<bool> resume = new("--resume") { Description = "Goes on with the export that is in the folder, as it was begun, after its last whole file." };
        Option<bool> reveal = new("--reveal") { Description = "Keeps ids, and what is sealed under its seals, so that wya sql --reveal can open it while the keys exist. Needs a right of its own, and is recorded." };
        Option<string?> reason = SharedOptions.Reason("Why; it is recorded, and needed with --reveal.");
        Option<string?> actor = SharedOptions.Actor();
        var verb = new Verb(
            "export",
            "Writes events to files for analysis. Ids are replaced by pseudonyms of this export, and what is sealed is left out.",
            "wya events export --to parquet --out town",
            "wya events export --to ndjson --out registrations --domain identity --type user.created --as-of 2026-11-22",
            "wya events export --to csv --out some --domain messaging --from 1000 --until 2000",
            "wya events export --to parquet --out town --resume")
        {
            format,
            folder,
            domain,
            from,
            to,
            asOf,
            types,
            positions,
            archived,
            resume,
            reveal,
            reason,
            actor,
        };
        verb.Validators.Add(result =>
        {
            if (result.Children.Any(child => child.Errors.Any()))
            {
                return;
            }

            if (result.GetValue(from) > result.GetValue(to))
            {
                result.AddError("--from lies behind --until.");
            }

            if ((result.GetValue(from) ?? result.GetValue(to)) is not null && result.GetValue(domain) is null)
            {
                result.AddError("Positions are those of one log: give --domain too.");
            }

            if (result.GetValue(positions) < 1)
            {
                result.AddError("--positions starts at 1.");
            }

            if (result.GetValue(reveal) && string.IsNullOrWhiteSpace(result.GetValue(reason)))
            {
                result.AddError("--reveal needs --reason.");
            }
        });
        verb.SetAction((parsed, ct) => Run(
            here,
            new Wish(
                parsed.GetRequiredValue(format), Path.GetFullPath(parsed.GetRequiredValue(folder)), parsed.GetValue(domain), parsed.GetValue(from),
                parsed.GetValue(to), parsed.GetValue(asOf), parsed.GetValue(types) ?? [], parsed.GetValue(positions) ?? PositionsAFile, parsed.GetValue(archived), parsed.GetValue(resume),
                parsed.GetValue(reveal), parsed.By(actor, reason)),
            new Answer(here, parsed.GetValue(SharedOptions.Json)),
            ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Wish wish, Answer answer, CancellationToken ct)
    {
        if (wish.Format == "parquet")
        {
            DuckDbLibrary.Load(here); // before anything is written
        }

        EventDomains.RefuseUnknown(here, wish.Only, wish.Types);
        await using OpenDomains open = await OpenDomain.Open(here, wish.Only, ct).ConfigureAwait(false);
        (ExportManifest manifest, byte[]? key) = wish.Resume
            ? await Resumed(wish, open, ct).ConfigureAwait(false)
            : await Begun(wish, open, ct).ConfigureAwait(false);
        long start = here.Clock.GetTimestamp();
        ExportManifest whole = await Complete(here, wish.Folder, open, manifest, key, answer, ct).ConfigureAwait(false);
        foreach (ExportedDomain part in whole.Domains)
        {
            await ExportKeys.End(open.Single(domain => domain.Name == part.Domain), whole, wish.By, ct).ConfigureAwait(false);
        }

        double seconds = here.Clock.GetElapsedTime(start).TotalSeconds;
        answer.Give(
            new { whole.ExportId, wish.Folder, whole.Events, Files = whole.Paths(wish.Folder).Count, Seconds = Math.Round(seconds, 3) },
            $"{Visible.Count(whole.Events, "event")} in {Visible.Count(whole.Paths(wish.Folder).Count, "file")}, {Visible.Seconds(seconds)}; export {whole.ExportId}.");
        return ExitCodes.Done;
    }

    private static async Task<(ExportManifest, byte[]?)> Begun(Wish wish, OpenDomains open, CancellationToken ct)
    {
        Directory.CreateDirectory(wish.Folder);
        if (Directory.EnumerateFileSystemEntries(wish.Folder).Any())
        {
            throw new VerbRefusedException($"{wish.Folder} is not empty; --resume goes on with the export that is in it.");
        }

        List<ExportedDomain> domains = [];
        OpenDomain[] wanted = [.. open.Where(domain => wish.Types.Length == 0 || domain.Log.Types.All.Any(type => wish.Types.Contains(type.Name)))];
        foreach (OpenDomain domain in wanted)
        {
            long last = await domain.Store.Head(ct).ConfigureAwait(false);
            if (wish.AsOf is { } time)
            {
                last = Math.Min(last, await domain.Store.PositionAsOf(time, ct).ConfigureAwait(false));
            }

            domains.Add(new ExportedDomain(domain.Name, wish.From ?? 1, Math.Min(last, wish.To ?? long.MaxValue), []));
        }

        var manifest = new ExportManifest(
            Guid.CreateVersion7(), wish.Format, wish.Reveal, wish.IncludeArchived, wish.Positions, domains, wish.Types.Length == 0 ? null : wish.Types);
        byte[]? key = wish.Reveal ? null : Pseudonyms.NewKey();
        foreach (OpenDomain domain in wanted)
        {
            if (wish.Reveal)
            {
                await ExportKeys.Reveal(domain, manifest.ExportId, wish.By, ct).ConfigureAwait(false);
            }

            await ExportKeys.Begin(domain, manifest, key, wish.By, ct).ConfigureAwait(false);
        }

        return (manifest, key);
    }

    private static async Task<(ExportManifest, byte[]?)> Resumed(Wish wish, OpenDomains open, CancellationToken ct)
    {
        ExportManifest manifest = ExportManifest.Read(wish.Folder)
            ?? throw new VerbRefusedException($"There is no export in {wish.Folder} to go on with.");
        if (manifest.Format != wish.Format || manifest.IsRevealed != wish.Reveal)
        {
            throw new VerbRefusedException($"The export in {wish.Folder} was begun otherwise: as {manifest.Format}{(manifest.IsRevealed ? ", with --reveal" : "")}.");
        }

        if (manifest.Domains.FirstOrDefault(domain => open.All(each => each.Name != domain.Domain)) is { } missing)
        {
            throw new VerbRefusedException($"The export in {wish.Folder} is of {missing.Domain} too; leave --domain out.");
        }

        return (manifest, manifest.IsRevealed ? null : (await ExportKeys.Key(open, manifest.ExportId, ct).ConfigureAwait(false)).Key);
    }

    private static async Task<ExportManifest> Complete(
        Surroundings here, string folder, OpenDomains open, ExportManifest manifest, byte[]? key, Answer answer, CancellationToken ct)
    {
        if (!answer.IsAnimated)
        {
            long said = here.Clock.GetTimestamp();
            return await new ExportRun(here, folder, key)
            {
                Progress = (domain, done, all) =>
                {
                    if (here.Clock.GetElapsedTime(said) >= SaidEvery)
                    {
                        said = here.Clock.GetTimestamp();
                        answer.Note($"{domain}: {Visible.Count(done)} of {Visible.Count(all, "position")}");
                    }
                },
            }.Complete(open, manifest, ct).ConfigureAwait(false);
        }

        return await answer.Console.Progress().StartAsync(bars =>
        {
            Dictionary<string, ProgressTask> shown = manifest.Domains.ToDictionary(
                domain => domain.Domain, domain => bars.AddTask(domain.Domain, maxValue: Math.Max(1, domain.Positions)));
            return new ExportRun(here, folder, key) { Progress = (domain, done, all) => shown[domain].Value = all == 0 ? 1 : done }
                .Complete(open, manifest, ct);
        }).ConfigureAwait(false);
    }
}
