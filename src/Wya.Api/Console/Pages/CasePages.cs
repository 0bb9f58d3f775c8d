using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console.Pages;

/// <summary>A case, and everything small that is done in it: each a form of its page, sent on to the API's own route.</summary>
internal static class CasePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("cases/{id:guid}", Show).ForConsole("A case in the moderation console");
        Do(pages, "claim", "Claim a case", "PUT", "claim", _ => null, "claimed");
        Do(pages, "release", "Leave a case to others", "DELETE", "claim", _ => null, "released");
        Do(pages, "notes", "Add a note to a case", "POST", "notes", form => new { text = form["note"].ToString() }, "noted");
        Do(pages, "escalation", "Escalate a case", "PUT", "escalation", form => new { priority = form["priority"].ToString(), reason = form["escalation_reason"].ToString() }, "escalated");
        Do(pages, "clearance", "Close what is open in a case", "POST", "clearance", form => new { reason = form["clearance_reason"].ToString(), reports = ReportFields.In(form) }, "cleared");
        Do(pages, "bans/{about:guid}/approval", "Agree to a proposed ban", "POST", "bans/{about}/approval", form => new { reports = ReportFields.In(form) }, "banned");
        Do(pages, "bans/{about:guid}/refusal", "Decline a proposed ban", "POST", "bans/{about}/refusal", form => new { reason = form["refusal_reason"].ToString() }, "declined");
        Do(pages, "actions/{about:guid}/reversal", "Take an action back", "POST", "actions/{about}/reversal", form => new { reason = form["reversal_reason"].ToString() }, "reversed");
        Do(pages, "group/release", "Let somebody's reports stand on their own", "POST", "group/release", _ => null, "ungrouped");
        Do(pages, "group/dismissal", "Dismiss somebody's many reports", "POST", "group/dismissal", _ => new { }, "dismissed");
        pages.MapPost("cases/{id:guid}/appeals/{about:guid}/resolution", ResolveAppeal).ForConsole("Decide an appeal");
    }

    public static string Address(Guid caseId, ViewPurpose why = ViewPurpose.Investigation, string? done = null) =>
        $"{ConsoleParts.Moderation}/cases/{caseId}?why={Words.Of(why)}{(done is null ? "" : $"&done={done}")}";

    public static string Address(Guid caseId, string form) => $"{ConsoleParts.Moderation}/cases/{caseId}/{form}";

    /// <summary>Null for a word that names no purpose.</summary>
    public static ViewPurpose? Purpose(string? word) =>
        Enum.GetValues<ViewPurpose>().Cast<ViewPurpose?>().FirstOrDefault(purpose => Words.Of(purpose!.Value) == word);

    private static RazorComponentResult Show(Guid id, string? why, string? done, string? cursor) =>
        new RazorComponentResult<CasePage>(new { CaseId = id, Why = Purpose(why) ?? ViewPurpose.Investigation, Done = done ?? "", Cursor = cursor ?? "" });

    /// <param name="path">Of the form, under the case.</param>
    /// <param name="at">The API's, under its case.</param>
    private static void Do(
        IEndpointRouteBuilder pages, string path, string summary, string method, string at, Func<IFormCollection, object?> body, string done) =>
        pages.MapPost("cases/{id:guid}/" + path, async (Guid id, HttpContext http, ConsoleApi api) =>
        {
            IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
            string address = $"/moderation/cases/{id}/{at.Replace("{about}", http.Request.RouteValues["about"]?.ToString(), StringComparison.Ordinal)}";
            return Follow(id, http, form, await api.Do(method, address, form["key"], body(form)).ConfigureAwait(false), done);
        }).ForConsole(summary);

    private static async Task<IResult> ResolveAppeal(Guid id, Guid about, HttpContext http, ConsoleApi api)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        string outcome = form["outcome"].ToString();
        Reply resolved = await api.Do(
            "POST", $"/moderation/appeals/{about}/resolution", form["key"], new { outcome, explanation = form["explanation"].ToString() }).ConfigureAwait(false);
        return Follow(id, http, form, resolved, outcome);
    }

    /// <summary>To the case as it is now; or the same page again, with the reason why not and with what was typed.</summary>
    private static IResult Follow(Guid id, HttpContext http, IFormCollection form, Reply reply, string done)
    {
        ViewPurpose why = Purpose(form["why"]) ?? ViewPurpose.Investigation;
        return reply.IsGood
            ? TypedResults.Redirect(Address(id, why, done))
            : new RazorComponentResult<CasePage>(new { CaseId = id, Why = why, Typed = form, Sent = http.Request.Path.Value, reply.Code, reply.Problem.Detail })
            {
                StatusCode = reply.Status,
            };
    }
}
