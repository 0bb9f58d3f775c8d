using System.Text.Json.Nodes;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Prove.Servers;
using Wya.Testing.Http;

namespace Wya.Prove.Brigade;

/// <summary>
/// Many accounts agree to report and block one person; and one person reports as many others. Neither must come to anything
/// before somebody has looked, everybody must be answered, and moderators must see one matter and not hundreds.
/// </summary>
internal static class BrigadeProof
{
    private const int AtATime = 16;

    public static Proof Proof { get; } = new(
        "brigade",
        [
            "However many accounts report and block one person, nothing is restricted without somebody's decision, and their level comes to intervene at most.",
            "Whoever reports hundreds of people restricts none of them, and their reports wait together as one matter of their own case.",
            "Every report is answered with a receipt and none is lost; moderators see one case of the person, and one of who reported many.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int accounts = run.Sized(60, 500, 2_000);
        await using PostgresInstance server = await PostgresInstance.Create(run.Environment, "brigade-server", "-c max_connections=300", ct);
        await using SystemSite site = await SystemSite.Open(run.Environment, "brigade", _ => server.AdminConnectionString, ct);
        await site.Start(1, ct, new Dictionary<string, string>
        {
            ["Wya__Limits__RegistrationsPerMinute"] = "100000000",
            ["Wya__Limits__ReportsPerHour"] = "100000000",
            ["Wya__Safety__Scanners"] = "off",
        });
        Uri address = site.Nodes[0].Address;
        run.Progress("people");
        Neighbour[] people = await Neighbours.Register(address, accounts + 2, ct: ct);
        (Neighbour victim, Neighbour flooder, Neighbour[] crowd) = (people[0], people[1], people[2..]);
        await Neighbours.UntilKnown(address, victim, people.Length, ct);

        run.Progress("a crowd reports and blocks one person");
        Receipts ofCrowd = await Report(address, [.. crowd.Select(one => (one, victim))], ct);
        int blocked = await Block(address, crowd, victim, ct);
        run.Progress("one person reports a crowd");
        Receipts ofFlooder = await Report(address, [.. crowd.Select(other => (flooder, other))], ct, atATime: 1);

        string safety = site.Database("safety").OwnerConnectionString;
        IReadOnlyList<CaseFact> log = [];
        await Wait.Until(
            async () =>
            {
                log = await CaseFact.ReadLog(safety, ct);
                return BrigadeChecker.Count(log, flooder.Id, "safety.reports_grouped") > 0
                    && log.Any(fact => fact.Case == BrigadeChecker.CaseOf(victim.Id) && fact.Data["kind"]?.GetValue<string>() == "many_blocks");
            },
            "what is noticed is recorded",
            120,
            ct);
        var figures = new Figures();
        figures.Note("accounts", accounts);
        figures.MustBe("blocks", blocked, accounts);
        figures.MustBe("reports_answered", ofCrowd.Answered + ofFlooder.Answered, 2 * accounts);
        int kept = Math.Min(accounts, SafetyPolicy.OpenReportsMax);
        figures.MustBe("receipts_of_the_crowd", ofCrowd.Ids.Distinct().Count(), kept);
        figures.MustBe("receipts_of_one_person", ofFlooder.Ids.Distinct().Count(), accounts);
        figures.MustBe("reports_lost", BrigadeChecker.Lost(log, [.. ofCrowd.Ids, .. ofFlooder.Ids]), 0);
        figures.MustBe("pictures_taken_of_the_person", log.Count(fact => fact.Case == BrigadeChecker.CaseOf(victim.Id) && fact.Data["evidence"] is not null), 1);
        figures.MustBe("restrictions", BrigadeChecker.Restrictions(log), 0);
        figures.MustBeBelow("highest_level_of_the_person", BrigadeChecker.HighestLevel(log, victim.Id), (int)RiskLevel.Protect);
        figures.MustBe("highest_level_of_the_crowd", crowd.Max(one => BrigadeChecker.HighestLevel(log, one.Id)), (int)RiskLevel.Monitor);
        figures.MustBe("groups_of_one_person", BrigadeChecker.Count(log, flooder.Id, "safety.reports_grouped"), 1);
        await Look(address, victim, flooder, crowd, figures, ct);

        CaseFact planted = log[0] with { Type = "safety.suspension_applied" };
        figures.MustBe("planted_restriction_found", BrigadeChecker.Restrictions([.. log, planted]), 1);
        figures.MustBe("planted_loss_found", BrigadeChecker.Lost(log.Where(fact => fact.Data["report_id"]?.GetValue<Guid>() != ofCrowd.Ids[0]), ofCrowd.Ids), 1);
        return figures;
    }

    /// <summary>What people and moderators see of it.</summary>
    private static async Task Look(Uri address, Neighbour victim, Neighbour flooder, Neighbour[] crowd, Figures figures, CancellationToken ct)
    {
        using var api = new LeanApi(address);
        LeanReply me = await api.Ask(LeanRequest.Prepare("GET", "/me", null, victim.Token), ct);
        figures.MustBe("the_person_is_active", me.Status == 200 && me.Json!["status"]!.GetValue<string>() == "active" ? 1 : 0, 1);
        LeanReply record = await api.Must(LeanRequest.Prepare("GET", "/me/record", null, victim.Token), ct);
        figures.MustBe("actions_in_their_record", record.Json!["actions"]!.AsArray().Count, 0);
        figures.Note("score_in_their_record", record.Json["score"]!.GetValue<double>());
        LeanReply listed = await api.Must(LeanRequest.Prepare("GET", "/me/reports?limit=100", null, flooder.Token), ct);
        figures.MustBe("reports_listed_to_who_made_them", listed.Json!["items"]!.AsArray().Count, Math.Min(100, crowd.Length));

        string moderator = await Neighbours.SignIn(api, "operator", ct);
        List<JsonNode> queue = [];
        for (string? cursor = null; ;)
        {
            LeanReply page = await api.Must(
                LeanRequest.Prepare("GET", $"/moderation/queue?limit=100{(cursor is null ? "" : $"&cursor={cursor}")}", null, moderator, "Wya-Purpose: triage"), ct);
            queue.AddRange(page.Json!["items"]!.AsArray().Select(item => item!));
            if ((cursor = page.Json["next"]?.GetValue<string>()) is null)
            {
                break;
            }
        }

        HashSet<Guid> theirs = [.. crowd.Select(one => one.Id)];
        Guid[] waiting = [.. queue.Select(item => item["user_id"]!.GetValue<Guid>())];
        figures.MustBe("cases_of_the_person", waiting.Count(user => user == victim.Id), 1);
        figures.MustBe("cases_of_who_reported_many", waiting.Count(user => user == flooder.Id), 1);
        figures.MustBe("cases_of_those_they_reported", waiting.Count(theirs.Contains), 0);
    }

    private sealed record Receipts(int Answered, IReadOnlyList<Guid> Ids);

    private static async Task<Receipts> Report(Uri address, (Neighbour By, Neighbour About)[] reports, CancellationToken ct, int atATime = AtATime)
    {
        var ids = new Guid[reports.Length];
        await Each(address, reports.Length, atATime, async (api, i) =>
        {
            (Neighbour by, Neighbour about) = reports[i];
            LeanReply reply = await api.Ask(
                LeanRequest.Prepare(
                    "POST", "/reports", new { subject = new { kind = "person", user_id = about.Id }, category = "harassment" }, by.Token, $"Idempotency-Key: {by.Id:n}-{about.Id:n}"),
                ct);
            ids[i] = reply.Status == 201 ? reply.Json!["report_id"]!.GetValue<Guid>() : Guid.Empty;
        }, ct);
        Guid[] answered = [.. ids.Where(id => id != Guid.Empty)];
        return new Receipts(answered.Length, answered);
    }

    private static async Task<int> Block(Uri address, Neighbour[] crowd, Neighbour victim, CancellationToken ct)
    {
        int blocked = 0;
        await Each(address, crowd.Length, AtATime, async (api, i) =>
        {
            LeanReply reply = await api.Ask(LeanRequest.Prepare("PUT", $"/me/blocks/{victim.Id}", null, crowd[i].Token), ct);
            Interlocked.Add(ref blocked, reply.Status is 202 or 204 ? 1 : 0);
        }, ct);
        return blocked;
    }

    private static Task Each(Uri address, int count, int atATime, Func<LeanApi, int, Task> act, CancellationToken ct) =>
        Parallel.ForAsync(0, atATime, ct, async (caller, _) =>
        {
            using var api = new LeanApi(address);
            for (int i = caller; i < count; i += atATime)
            {
                await act(api, i);
            }
        });
}
