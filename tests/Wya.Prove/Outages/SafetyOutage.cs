using Wya.EventStore;
using Wya.Prove.Brigade;
using Wya.Testing.Http;

namespace Wya.Prove.Outages;

/// <summary>
/// What only safety can do, and what must hold without it: somebody is muted before it goes; while it is away people write what
/// it would notice, and report; when it is back nothing that it should have noticed is missing.
/// </summary>
/// <param name="people">The first is muted; the others are in a conversation.</param>
internal sealed class SafetyOutage(Uri node, IReadOnlyList<Neighbour> people, Guid conversation)
{
    /// <summary>Of the list that comes with the build.</summary>
    private const string Noticed = "I will find you.";

    private const int Messages = 40;

    private readonly List<Guid> noticed = [];

    private Neighbour Muted => people[0];

    private Neighbour Writer => people[1];

    /// <summary>By a moderator, with a statement; and messaging has heard of it.</summary>
    public async Task Mute(CancellationToken ct)
    {
        using var api = new LeanApi(node);
        string moderator = await Neighbours.SignIn(api, "operator", ct);
        LeanReply opened = await api.Must(LeanRequest.Prepare("POST", "/moderation/cases", new { user_id = Muted.Id }, moderator), ct);
        object action = new
        {
            kind = "mute",
            what = "You may read, and not write.",
            since = DateTimeOffset.UtcNow,
            facts = "You wrote what hurt people.",
            ground = new { kind = "rule", text = "No harassment." },
            category = "harassment",
            automation = new { detected = false, decided = false },
            appeal = "In your record.",
        };
        await api.Must(
            LeanRequest.Prepare("POST", $"/moderation/cases/{opened.Json!["case_id"]!.GetValue<Guid>()}/actions", action, moderator, $"Idempotency-Key: {Guid.NewGuid()}"), ct);
        await Wait.Until(async () => await IsMuted(api, ct), "messaging has heard of the mute", 60, ct);
    }

    public async Task WhileAway(Figures figures, CancellationToken ct)
    {
        using var api = new LeanApi(node);
        for (int i = 0; i < Messages; i++)
        {
            var id = Guid.CreateVersion7();
            LeanReply sent = await api.Ask(LeanRequest.Prepare("PUT", Neighbours.MessagePath(conversation, id), new { text = Noticed }, Writer.Token), ct);
            if (sent.Status == 201)
            {
                noticed.Add(id);
            }
        }

        figures.MustBe("safety_away_acknowledged", noticed.Count, Messages);
        figures.MustBe("safety_away_mute_holds", await IsMuted(api, ct) ? 1 : 0, 1);
        figures.MustBe("safety_away_beats", await Status("POST", "/me/presence/heartbeat", new { }), 204);
        figures.MustBe("safety_away_discovery", await Status("GET", "/discovery", null), 200);
        Answered report = await OutageTalk.Ask(
            api,
            LeanRequest.Prepare(
                "POST", "/reports", new { subject = new { kind = "person", user_id = Writer.Id }, category = "threats" }, people[2].Token, $"Idempotency-Key: {Guid.NewGuid()}"),
            ct);
        figures.MustBe("safety_away_report_refused_clearly", report.IsClearRefusal ? 1 : 0, 1);

        async Task<int> Status(string method, string path, object? body) => (await api.Ask(LeanRequest.Prepare(method, path, body, people[2].Token), ct)).Status;
    }

    /// <summary>By the ids that they must have, against the log; and nothing of what was refused.</summary>
    public async Task WhenBack(string safety, Figures figures, CancellationToken ct)
    {
        Guid[] expected = [.. noticed.Select(message => EventIds.ForCommand("system", "signal content", message.ToString("n")))];
        IReadOnlyList<CaseFact> log = [];
        await Wait.Until(
            async () =>
            {
                log = await CaseFact.ReadLog(safety, ct);
                return Missing(log, expected) == 0 && Floods(log) > 0;
            },
            "what was written meanwhile is noticed",
            60,
            ct);
        figures.MustBe("safety_back_signals_missed", Missing(log, expected), 0);
        figures.MustBe("safety_back_signals_doubled", log.Count(fact => expected.Contains(fact.Id)) - expected.Length, 0);
        figures.MustBeAtLeast("safety_back_floods_noticed", Floods(log), 1);
        figures.MustBe("safety_back_reports_of_the_time_between", log.Count(fact => fact.Type.StartsWith("safety.report_submitted", StringComparison.Ordinal)), 0);
        figures.MustBe("planted_missed_signal_found", Missing([.. log.Where(fact => fact.Id != expected[0])], expected), 1);
    }

    private static int Missing(IReadOnlyList<CaseFact> log, Guid[] expected) => expected.Except(log.Select(fact => fact.Id)).Count();

    private int Floods(IReadOnlyList<CaseFact> log) => log.Count(fact =>
        fact.Case == BrigadeChecker.CaseOf(Writer.Id) && fact.Data["kind"]?.GetValue<string>() == "message_flood" && fact.Type.StartsWith("safety.signal_recorded", StringComparison.Ordinal));

    private async Task<bool> IsMuted(LeanApi api, CancellationToken ct)
    {
        LeanReply reply = await api.Ask(LeanRequest.Prepare("PUT", Neighbours.MessagePath(conversation, Guid.CreateVersion7()), new { text = "May I?" }, Muted.Token), ct);
        return reply.Status == 403 && reply.Json!["type"]!.GetValue<string>() == "/problems/muted";
    }
}
