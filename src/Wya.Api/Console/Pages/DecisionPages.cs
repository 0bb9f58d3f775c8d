using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console.Pages;

/// <summary>A decision with its statement: written, looked at as the person will read it, and only then made.</summary>
internal static class DecisionPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("cases/{id:guid}/decision", Begin).ForConsole("Begin a decision in the moderation console");
        pages.MapPost("cases/{id:guid}/decision", GoOn).ForConsole("Look at a decision in the moderation console, and make it");
    }

    public static string Address(Guid caseId) => CasePages.Address(caseId, "decision");

    public static string Address(Guid caseId, string kind, Category? category) =>
        $"{Address(caseId)}?kind={kind}{(category is { } of ? $"&category={Words.Of(of)}" : "")}";

    public static string TakeDown(Guid caseId, Category category, EvidenceSubject subject) => Address(caseId, "take_down", category)
        + (subject.MessageId is { } message
            ? $"&content=message&conversation_id={subject.ConversationId}&message_id={message}"
            : $"&content=room_version&room_id={subject.RoomId}&version={subject.Version}");

    private static RazorComponentResult Begin(Guid id, HttpRequest request, TimeProvider clock)
    {
        Decision asked = Decision.Of(request.Query);
        return Form(id, Decision.From(asked.Kind, asked.Category, clock.GetUtcNow(), asked.Carried).Fields);
    }

    private static async Task<IResult> GoOn(Guid id, HttpContext http, ConsoleApi api, TimeProvider clock)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        Decision decision = Decision.Of(form);
        string step = form["step"].ToString();
        if (step == "template")
        {
            return Form(id, decision.FromTemplate().Fields);
        }

        if (step == "change")
        {
            return Form(id, form);
        }

        if (!MissingParts.Of(decision, clock.GetUtcNow()).IsComplete)
        {
            return new RazorComponentResult<DecisionPage>(new { CaseId = id, Typed = form, Tells = true }) { StatusCode = StatusCodes.Status422UnprocessableEntity };
        }

        if (step != "confirm")
        {
            return new RazorComponentResult<PreviewPage>(new { CaseId = id, Typed = form });
        }

        Reply taken = await api.Do("POST", $"/moderation/cases/{id}/actions", form["key"], decision.Body).ConfigureAwait(false);
        return taken.IsGood
            ? TypedResults.Redirect(CasePages.Address(id, ViewPurpose.Decision, decision.Kind == CaseActionKind.Ban ? "proposed" : "decided"))
            : new RazorComponentResult<DecisionPage>(new { CaseId = id, Typed = form, Tells = true, taken.Code, taken.Problem.Detail }) { StatusCode = taken.Status };
    }

    private static RazorComponentResult<DecisionPage> Form(Guid id, IFormCollection typed) => new(new { CaseId = id, Typed = typed });
}
