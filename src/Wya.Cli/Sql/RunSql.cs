using System.CommandLine;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>SQL over exported events, or over the log's own, masked.</summary>
internal static class RunSql
{
    /// <param name="Statement">Null to be asked for one after the other.</param>
    /// <param name="Folder">Of an export; null for the log's own events.</param>
    private sealed record Wish(string? Statement, string? Folder, string? Domain, long? Last, bool Reveal, Operator By, bool AsCsv);

    public static Verb Verb(Surroundings here)
    {
        Argument<string?> statement = new("statement") { Description = "One statement of DuckDB's SQL; without it, statements are read until .quit.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> folder = new("--export") { Description = "The folder of an export.", HelpName = "DIR" };
        Option<bool> live = new("--live") { Description = "The log's own events, masked, as they are now." };
        Option<string?> domain = SharedOptions.Domain(here, "With --live: only this domain's.");
        Option<long?> last = SharedOptions.Position("--last", "With --live: only so many, the newest, of each log.");
        Option<bool> csv = new("--csv") { Description = "The answer as CSV, with a line of names." };
        Option<bool> reveal = new("--reveal") { Description = "Opens what is sealed, for as long as the keys exist. Needs a right of its own, and is recorded; an export must have been made with --reveal." };
        Option<string?> reason = SharedOptions.Reason("Why; needed with --reveal, and recorded.");
        Option<string?> actor = SharedOptions.Actor();
        var verb = new Verb(
            "sql",
            "Asks exported events in SQL, with a view for each type of event; or the log's own, masked.",
            "wya sql \"select type, count(*) from events group by type order by 2 desc\" --export town",
            "wya sql \"select count(*) from user_created\" --live --domain identity --json",
            "wya sql --live --domain messaging --last 100000")
        {
            statement,
            folder,
            live,
            domain,
            last,
            csv,
            reveal,
            reason,
            actor,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(live) == (result.GetValue(folder) is not null))
            {
                result.AddError("Name the events: one of --export DIR and --live.");
            }

            if (result.GetValue(reveal) && string.IsNullOrWhiteSpace(result.GetValue(reason)))
            {
                result.AddError("--reveal needs --reason.");
            }
        });
        verb.SetAction((parsed, ct) => Run(
            here,
            new Wish(
                parsed.GetValue(statement), parsed.GetValue(folder), parsed.GetValue(domain), parsed.GetValue(last), parsed.GetValue(reveal),
                parsed.By(actor, reason), parsed.GetValue(csv)),
            new Answer(here, parsed.GetValue(SharedOptions.Json)),
            ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Wish wish, Answer answer, CancellationToken ct)
    {
        using DuckDb database = DuckDb.Open(here);
        if (wish.Folder is not null)
        {
            string folder = Path.GetFullPath(wish.Folder);
            ExportManifest manifest = ExportManifest.Read(folder) ?? throw new VerbRefusedException($"There is no export in {folder}.");
            if (!manifest.IsWhole)
            {
                answer.Note($"The export in {folder} is not whole; wya events export --resume goes on with it.");
            }

            return await Ask(here, wish, answer, database, manifest, folder, ct).ConfigureAwait(false);
        }

        string own = Directory.CreateTempSubdirectory("wya-sql-").FullName;
        try
        {
            ExportManifest manifest = await Live(here, wish, own, ct).ConfigureAwait(false);
            return await Ask(here, wish, answer, database, manifest, own, ct).ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(own, recursive: true);
        }
    }

    /// <summary>An export that lasts as long as the question, and whose key nobody ever holds.</summary>
    private static async Task<ExportManifest> Live(Surroundings here, Wish wish, string folder, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, wish.Domain, ct).ConfigureAwait(false);
        List<ExportedDomain> domains = [];
        foreach (OpenDomain domain in open)
        {
            long head = await domain.Store.Head(ct).ConfigureAwait(false);
            domains.Add(new ExportedDomain(domain.Name, wish.Last is { } last ? Math.Max(1, head - last + 1) : 1, head, []));
        }

        var manifest = new ExportManifest(Guid.CreateVersion7(), "parquet", wish.Reveal, true, ExportEvents.PositionsAFile, domains);
        return await new ExportRun(here, folder, wish.Reveal ? null : Pseudonyms.NewKey()).Complete(open, manifest, ct).ConfigureAwait(false);
    }

    private static async Task<int> Ask(
        Surroundings here, Wish wish, Answer answer, DuckDb database, ExportManifest manifest, string folder, CancellationToken ct)
    {
        if (wish.Reveal)
        {
            await Recorded(here, wish, manifest, ct).ConfigureAwait(false);
        }

        try
        {
            await using RevealedValues? revealed = wish.Reveal ? RevealedValues.Register(here, database) : null;
            EventType[] types =
            [
                .. here.Domains.Where(domain => manifest.Domains.Any(each => each.Domain == domain.Name)).SelectMany(domain => domain.Types.All)
                    .Where(type => manifest.Types is null || manifest.Types.Contains(type.Name)).OrderBy(type => type.Name, StringComparer.Ordinal),
            ];
            EventViews.Create(database, manifest with { IsRevealed = wish.Reveal }, folder, types);
            // A statement reads the export, and nothing else of the machine.
            database.Run($"set allowed_directories = [{DuckDb.Quoted(folder)}]; set enable_external_access = false; set lock_configuration = true");
            using CancellationTokenRegistration interrupt = ct.Register(database.Interrupt);
            var session = new SqlSession(here, answer, database, wish.AsCsv);
            if (wish.Statement is { } statement)
            {
                session.Answer(statement);
            }
            else
            {
                await session.Converse(ct).ConfigureAwait(false);
            }

            return ExitCodes.Done;
        }
        catch (DuckDbException refused)
        {
            ct.ThrowIfCancellationRequested();
            throw new VerbRefusedException(refused.Message.Split('\n')[0], cause: refused);
        }
    }

    private static async Task Recorded(Surroundings here, Wish wish, ExportManifest manifest, CancellationToken ct)
    {
        if (!manifest.IsRevealed)
        {
            throw new VerbRefusedException("That export was made without --reveal: what is sealed is not in it.");
        }

        await using OpenDomains open = await OpenDomain.Open(here, wish.Domain, ct).ConfigureAwait(false);
        foreach (OpenDomain domain in open.Where(domain => manifest.Domains.Any(each => each.Domain == domain.Name)))
        {
            await ExportKeys.Reveal(domain, manifest.ExportId, wish.By, ct).ConfigureAwait(false);
        }
    }
}
