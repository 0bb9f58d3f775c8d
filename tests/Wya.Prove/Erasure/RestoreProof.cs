using System.Diagnostics;
using System.Net;

namespace Wya.Prove.Erasure;

/// <summary>
/// Backups of both servers, then ten people are erased, then both backups are restored: databases in which nobody was ever
/// erased, with all keys. The system is started over them. Nobody may be back, at no moment.
/// </summary>
internal static class RestoreProof
{
    private const int Survivors = 5;

    public static Proof Proof { get; } = new(
        "restore",
        [
            "Restoring older backups of all databases brings no erased person back: the shred ledger is applied before anything but health is answered.",
            "Whoever was not erased is as they were in the backup.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int people = run.Sized(4, 10, 1_000);
        var figures = new Figures();
        var canaries = new Canaries();
        await using ErasureSite site = await ErasureSite.Open(run.Environment, ct);
        var town = new Town(site, canaries);
        IReadOnlyList<MarkedPerson> survivors = await town.Settle(Survivors, ct), erased = await town.Settle(people, ct);
        HashSet<Guid> ids = [.. erased.Select(person => person.Id)];
        await site.UntilFollowed(ct);
        run.Progress("backups");
        await site.BackUp(ct);
        site.StartApi();
        await site.Api.UntilReady(60, ct);

        run.Progress($"erasing {people} people");
        foreach (MarkedPerson person in erased)
        {
            await ErasureSite.Send(Speaking(site, person), HttpMethod.Delete, "/me", null, ct);
        }

        await site.UntilKeysAreDestroyed(people, ct);
        figures.Note("people", people);
        figures.MustBe("in_the_ledger", (await File.ReadAllLinesAsync(site.LedgerFile, ct)).Length, people);

        // What the ledger is for: without its lines, everybody is back.
        run.Progress("restoring without the ledger, as a control");
        await site.Restore(ct);
        site.StartApi(site.LedgerFile + ".empty");
        await site.Api.UntilReady(60, ct);
        figures.MustBe("control_brought_back", await ThereAgain(site, erased, ct), people);

        run.Progress("restoring with the ledger");
        await site.Restore(ct);
        long start = Stopwatch.GetTimestamp();
        site.StartApi();
        (int refused, int early) = await KnockUntilReady(site, erased[0], ct);
        figures.Note("open_after_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
        figures.Note("refused_while_starting", refused);
        figures.MustBe("answered_before_ready", early, 0);
        figures.MustBe("brought_back", await ThereAgain(site, erased, ct), 0);
        figures.MustBe("found_by_others", await FoundBy(site, erased, ct), 0);
        var attacker = new Attacker(site.Keys.RingFile, await site.Places(ct));
        string[] everywhere = [site.IdentityServer.Data, site.KeysServer.Data, site.IdentityBackup, site.LogFile, site.TracesFile];
        figures.MustBe("sealed_marks_in_the_clear", attacker.Search(canaries.SealedMark, everywhere), 0);
        IReadOnlyList<(Guid Subject, string Text)> opened = await attacker.OpenAll(site.Keys.OwnerConnectionString, ct);
        figures.MustBe("sealed_values_opened", opened.Count(one => ids.Contains(one.Subject)), 0);
        int intact = 0;
        foreach (MarkedPerson person in survivors)
        {
            string own = (await ErasureSite.Send(Speaking(site, person), HttpMethod.Get, "/me/export", null, ct)).GetRawText();
            intact += person.Sealed.Append(person.Handle).All(text => own.Contains(text, StringComparison.Ordinal)) ? 1 : 0;
        }

        figures.MustBe("survivors_intact", intact, Survivors);
        return figures;
    }

    /// <summary>With the token from before: the process has changed its address, and its signing key is kept.</summary>
    private static HttpClient Speaking(ErasureSite site, MarkedPerson person) =>
        site.With(person.Client.DefaultRequestHeaders.Authorization!.Parameter!);

    private static async Task<int> ThereAgain(ErasureSite site, IReadOnlyList<MarkedPerson> people, CancellationToken ct)
    {
        int there = 0;
        foreach (MarkedPerson person in people)
        {
            using HttpResponseMessage me = await Speaking(site, person).GetAsync("/me", ct);
            there += me.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        return there;
    }

    /// <summary>By an operator, who sees everybody.</summary>
    private static async Task<int> FoundBy(ErasureSite site, IReadOnlyList<MarkedPerson> people, CancellationToken ct)
    {
        using HttpClient someone = site.With(await site.Token("operator", ct));
        int found = 0;
        foreach (MarkedPerson person in people)
        {
            foreach (string address in (string[])[$"/users/{person.Id}", $"/users/by-handle/{person.Handle}"])
            {
                using HttpResponseMessage look = await someone.GetAsync(address, ct);
                found += look.StatusCode == HttpStatusCode.NotFound ? 0 : 1;
            }
        }

        return found;
    }

    /// <summary>Asks for an erased person's account without pause, from the first moment on.</summary>
    private static async Task<(int Refused, int Early)> KnockUntilReady(ErasureSite site, MarkedPerson person, CancellationToken ct)
    {
        int refused = 0, early = 0;
        using HttpClient client = Speaking(site, person);
        Task ready = site.Api.UntilReady(120, ct);
        while (!ready.IsCompleted)
        {
            try
            {
                using HttpResponseMessage me = await client.GetAsync("/me", ct);
                refused += me.StatusCode == HttpStatusCode.ServiceUnavailable ? 1 : 0;
                early += me.StatusCode == HttpStatusCode.OK ? 1 : 0;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(5, ct); // it does not listen yet
            }
        }

        await ready;
        return (refused, early);
    }
}
