using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Testing;
using static Wya.Api.Tests.Safety.CaseScenes;

namespace Wya.Api.Tests.Safety;

/// <summary>One kind of caller before one case that has everything in it, and what each route of safety answers them.</summary>
public sealed class SafetyMatrix
{
    /// <summary>Whose case it is, seen from the caller, and who the caller is.</summary>
    public static IReadOnlyList<string> Callers { get; } =
    [
        "anonymous", "a person: their own", "a person: another's", "suspended: their own", "suspended: another's", "a moderator: another's",
        "a moderator: their own", "a moderator: a friend's", "a moderator: of whom they blocked", "a moderator: whom they reported", "an operator", "an analyst",
    ];

    private const string Missing = "403 capability-missing";
    private const string Barred = "403 account-suspended";
    private const string Conflict = "403 conflict-of-interest";
    private const string None = "404 action-not-found";
    private const string NoOverlay = "404 overlay-not-found";
    private const string Oneself = "422 report-of-oneself";

    /// <summary>They say what was signed and whether it still fits, and nothing of anybody.</summary>
    public static IReadOnlyList<string> SayNothingOfAnybody { get; } =
        ["/moderation/audit/checkpoints", "/moderation/audit/verification", "/moderation/audit/consistency"];

    /// <summary>
    /// Every route, in an order in which none disturbs a later one for whoever may call them: a row that is missing, or one
    /// without a route, fails. The columns are those of <see cref="Callers"/>.
    /// </summary>
    public static IReadOnlyList<(string Route, object? Body, string[] Expected)> Rows { get; } =
    [
        ("POST /me/record/actions/{other_action}/appeal", new { words = "Look again." }, ["401 unauthenticated", "200", None, "200", None, None, "200", None, None, None, None, None]),
        ("GET /me/record", null, ForAnybody("200")),
        ("GET /me/record/proof", null, ForAnybody("200")),
        ("GET /me/record/views", null, ForAnybody("200")),
        ("GET /me/reports", null, ForAnybody("200")),
        ("GET /me/reports/{report}", null, ForAnybody("404 report-not-found")), // somebody else's
        ("GET /me/overlays", null, ForAnybody("200")),
        ("POST /me/overlays/{overlay}/dismissal", null, ["401 unauthenticated", "204", NoOverlay, "204", NoOverlay, NoOverlay, "204", NoOverlay, NoOverlay, NoOverlay, NoOverlay, NoOverlay]),
        ("POST /moderation/cases", new { user_id = "{user}" }, InCase("200")),
        ("PUT /moderation/cases/{id}/claim", null, InCase("200")),
        ("GET /moderation/cases/{id}", null, InCase("200")),
        ("GET /moderation/cases/{id}/timeline", null, InCase("200")),
        ("GET /moderation/cases/{id}/reports/{report}/evidence", null, InCase("200")),
        ("GET /moderation/cases/{id}/reports/{report}/reporter", null, InCase("200")),
        ("POST /moderation/cases/{id}/notes", new { text = "A note." }, InCase("204")),
        ("PUT /moderation/cases/{id}/escalation", new { priority = "high", reason = "A reason." }, InCase("204")),
        ("POST /moderation/cases/{id}/actions", Action("warn"), InCase("200")),
        ("POST /moderation/cases/{id}/bans/{proposal}/approval", new { }, InCase("200")),
        ("POST /moderation/cases/{id}/bans/{proposal}/refusal", new { reason = "A reason." }, InCase("404 proposal-not-found")), // it was approved
        ("POST /moderation/cases/{id}/actions/{other_action}/reversal", new { reason = "A reason." }, InCase("204")),
        ("POST /moderation/appeals/{appeal}/resolution", new { outcome = "upheld", explanation = "An explanation." }, InCase("204")),
        ("POST /moderation/cases/{id}/group/dismissal", new { }, InCase("200")),
        ("POST /moderation/cases/{id}/group/release", null, InCase("204")),
        ("POST /moderation/cases/{id}/holds", new { @class = "court_order", until = DateTimeOffset.UtcNow.AddDays(9), ground = "A ground." }, InCase("201")),
        ("GET /moderation/cases/{id}/holds", null, InCase("200")),
        ("PUT /moderation/cases/{id}/holds/{hold}/approval", null, InCase("204")),
        ("DELETE /moderation/cases/{id}/holds/{hold}", null, InCase("204")),
        ("POST /moderation/cases/{id}/clearance", new { reason = "A reason." }, InCase("204")),
        ("DELETE /moderation/cases/{id}/claim", null, InCase("204")),
        ("GET /moderation/queue", null, ForModerators("200")),
        ("GET /moderation/appeals", null, ForModerators("200")),
        ("GET /moderation/figures", null, [.. ForModerators("200")[..10], "200", Missing]),
        ("GET /moderation/statements", null, [.. ForModerators("200")[..10], "200", "200"]),
        ("GET /moderation/audit", null, [.. ForModerators("200")[..10], "200", Missing]),
        ("GET /moderation/audit/checkpoints", null, [.. ForModerators("200")[..10], "200", Missing]),
        ("GET /moderation/audit/verification", null, [.. ForModerators("200")[..10], "200", Missing]),
        ("GET /moderation/audit/consistency?from=1&to=0", null, [.. ForModerators(Missing)[..10], "404 checkpoint-unknown", Missing]),
        // The last: whoever reports has to do with the case from then on.
        ("POST /reports", new { subject = new { kind = "person", user_id = "{user}" }, category = "harassment" }, ["401 unauthenticated", Oneself, "201", Oneself, "201", "201", Oneself, "201", "201", "201", "201", "201"]),
    ];

    private readonly Dictionary<string, string> names;

    private SafetyMatrix(HttpClient caller, Dictionary<string, string> names)
    {
        Caller = caller;
        this.names = names;
    }

    public HttpClient Caller { get; }

    /// <summary>Two actions, one of them appealed, a proposed ban, an open report, a group, and the caller's tie to the person.</summary>
    public static async Task<SafetyMatrix> Set(ApiHost api, string caller)
    {
        string[] capabilities = caller.StartsWith("a moderator", StringComparison.Ordinal) ? [Capability.Moderate]
            : caller == "an operator" ? [Capability.Operate] : caller == "an analyst" ? [Capability.Analyse] : [];
        Person self = await api.NewPerson(30, capabilities), decider = await api.NewModerator(), reporter = await api.NewPerson();
        Person about = caller.EndsWith("their own", StringComparison.Ordinal) ? self : await api.NewPerson();
        Guid report = await api.Reports(reporter, about);
        Guid action = await decider.ActsOn(about, Action("warn")), other = await decider.ActsOn(about, Action("warn"));
        Guid appeal = Guid.CreateVersion7();
        await api.Happens(about, about.Id.ToString(), new AppealSubmitted(appeal, action, new UserId(about.Id), api.Seal(about, "Look again.")));
        await api.Group(about);
        Guid hold = Guid.CreateVersion7(), overlay = Guid.CreateVersion7();
        await api.Happens(about, decider.Id.ToString(), new HoldProposed(
            hold, new UserId(about.Id), api.ModeratorRef(decider), HoldClass.CourtOrder, DateTimeOffset.UtcNow.AddDays(9), api.Seal(about, "A ground.")));
        await api.Happens(about, "system", new SoftIntervention(overlay, new UserId(about.Id), InterventionKind.SlowDown));
        Guid proposal = await decider.ActsOn(about, Action("ban"));
        await Tie(api, caller, self, about);
        await Eventually.Is(async () => (await self.Client.Send("GET", "/me/record/proof")).Status == 200, "a checkpoint is signed");
        return new SafetyMatrix(caller == "anonymous" ? api.Anonymous : self.Client, new Dictionary<string, string>
        {
            ["{id}"] = about.Case().ToString(),
            ["{user}"] = about.Id.ToString(),
            ["{report}"] = report.ToString(),
            ["{other_action}"] = other.ToString(),
            ["{appeal}"] = appeal.ToString(),
            ["{proposal}"] = proposal.ToString(),
            ["{hold}"] = hold.ToString(),
            ["{overlay}"] = overlay.ToString(),
        });
    }

    public Task<Answer> Call(string route, object? body)
    {
        string[] parts = Filled(route).Split(' ');
        string? json = body is null ? null : Filled(System.Text.Json.JsonSerializer.Serialize(body));
        return Caller.Send(parts[0], parts[1], json, Requests.NewKey(), change: request => request.Headers.TryAddWithoutValidation("Wya-Purpose", "quality_review"));
    }

    /// <summary>As the endpoints name their parts.</summary>
    public static string Pattern(string route) => route.Split('?')[0]
        .Replace("{hold}", "{holdId}", StringComparison.Ordinal).Replace("{overlay}", "{interventionId}", StringComparison.Ordinal)
        .Replace("{report}", "{reportId}", StringComparison.Ordinal).Replace("{other_action}", "{actionId}", StringComparison.Ordinal)
        .Replace("{appeal}", "{appealId}", StringComparison.Ordinal).Replace("{proposal}", "{proposalId}", StringComparison.Ordinal);

    private static async Task Tie(ApiHost api, string caller, Person self, Person about)
    {
        switch (caller)
        {
            case "a moderator: a friend's":
                await self.Befriends(about);
                await Eventually.Is(() => api.IsTied(self, about), "safety knows of the friendship");
                break;
            case "a moderator: of whom they blocked":
                await self.Does("block", about);
                await Eventually.Is(() => api.IsTied(self, about), "safety knows of the block");
                break;
            case "a moderator: whom they reported":
                await api.Reports(self, about);
                break;
            case "suspended: their own" or "suspended: another's":
                await api.HappensTo(self, new UserSuspended(DateTimeOffset.UtcNow.AddDays(1), new Sensitive<string>(self.Id, "For a test.")));
                break;
        }
    }

    private static string[] InCase(string moderator) =>
        ["401 unauthenticated", Missing, Missing, Barred, Barred, moderator, Conflict, Conflict, Conflict, Conflict, Missing, Missing];

    private static string[] ForAnybody(string answer) => ["401 unauthenticated", .. Enumerable.Repeat(answer, 11)];

    private static string[] ForModerators(string answer) =>
        ["401 unauthenticated", Missing, Missing, Barred, Barred, answer, answer, answer, answer, answer, Missing, Missing];

    private string Filled(string text) => names.Aggregate(text, (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal));
}
