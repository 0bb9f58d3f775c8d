using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Reports;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Safety;

internal static class TakeActionEndpoint
{
    /// <summary>Whatever of the statement is missing is named in the refusal, all at once.</summary>
    /// <param name="Kind">warn, mute, restrict, suspend, take_down, or ban, which is proposed.</param>
    /// <param name="What">Was decided, for the person concerned.</param>
    /// <param name="Since">From when it holds.</param>
    /// <param name="Until">It ends by itself then; a suspension needs it, a mute or a restriction may stay until it is taken back.</param>
    /// <param name="Facts">On which it rests.</param>
    /// <param name="Appeal">How to have it looked at again.</param>
    /// <param name="Capability">Taken away, for restrict.</param>
    /// <param name="Content">Taken down, for take_down.</param>
    /// <param name="Reports">Open reports that are answered by this.</param>
    internal sealed record Body(
        CaseActionKind Kind,
        string? What = null,
        DateTimeOffset? Since = null,
        DateTimeOffset? Until = null,
        string? Facts = null,
        Ground? Ground = null,
        Category? Category = null,
        Automation? Automation = null,
        string? Appeal = null,
        string? Capability = null,
        TakenDownContent? Content = null,
        IReadOnlyList<AnsweredReport>? Reports = null)
    {
        public ActionStatement Statement => new(
            What, Since, Until, Facts, Ground?.Kind, Ground?.Text, Category, Automation?.Detected, Automation?.Decided, Appeal);
    }

    /// <param name="Kind">rule or law.</param>
    /// <param name="Text">Which, and why it fits.</param>
    internal sealed record Ground(GroundKind? Kind = null, string? Text = null);

    /// <param name="Detected">A program drew attention to it.</param>
    /// <param name="Decided">Refused when it is true: people decide.</param>
    internal sealed record Automation(bool? Detected = null, bool? Decided = null);

    /// <param name="ActionId">Names the action in its reversal and its appeal; of a ban, the proposal.</param>
    /// <param name="IsProposed">It waits for another moderator, and does nothing until then.</param>
    internal sealed record Taken(Guid ActionId, bool IsProposed);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/actions", Answer)
        .RequireCapability(Domain.Identity.Events.Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: true)
        .HoldsEverywhere()
        .Describe(
            "TakeAction",
            "Act on a case",
            "With its whole statement, which the person concerned reads, and with the reports that it answers. A ban is proposed, and the case left to another moderator.")
        .Produces<Taken>()
        .ForExample(ExampleCase.Act, new Taken(ExampleCase.Action, IsProposed: false))
        .Refuses(
            SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther, SafetyRefusals.StatementLacks(["facts", "appeal"]), SafetyRefusals.AutomationDecided,
            SafetyRefusals.ActionTermInvalid, SafetyRefusals.ActionTargetInvalid, SafetyRefusals.ActionTargetNotTheirs,
            SafetyRefusals.BanAlreadyProposed, SafetyRefusals.ReportNotOpen, SafetyRefusals.WordsInvalid);

    private static async Task<IResult> Answer(Body body, CaseCommand command, ReportAnswers answers, TakedownTargets targets, TimeProvider clock, HttpContext http)
    {
        if (!await targets.AreOf(http.CaseInSight().Person.Id, body.Content, http.RequestAborted).ConfigureAwait(false))
        {
            return Problem.Of(SafetyRefusals.ActionTargetNotTheirs);
        }

        var action = new TakeAction(
            Guid.CreateVersion7(clock.GetUtcNow()),
            body.Kind,
            body.Statement,
            await answers.Of(http.CaseInSight().CaseId, body.Reports, http.RequestAborted).ConfigureAwait(false),
            body.Capability,
            body.Content);
        return await command.Run(
            http,
            (state, inSight, now) => TakeAction.Decide(state, action, inSight.Person, inSight.Moderator, now),
            body,
            done => TypedResults.Ok(body.Kind == CaseActionKind.Ban
                ? new Taken(done.State.BanProposals.Keys.Single(), IsProposed: true)
                : new Taken(done.State.Actions[^1].ActionId, IsProposed: false))).ConfigureAwait(false);
    }
}
