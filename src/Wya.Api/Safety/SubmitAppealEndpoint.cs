using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Safety;

internal static class SubmitAppealEndpoint
{
    /// <param name="Words">1 to 2000 characters: why it should be looked at again.</param>
    internal sealed record Body(string Words);

    internal sealed record Submitted(Guid AppealId);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/record/actions/{actionId}/appeal", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: true)
        .Describe(
            "SubmitAppeal",
            "Appeal against a decision",
            "Once an action, for six months from when it was decided, also while suspended or banned. Another moderator decides, and explains.")
        .Produces<Submitted>()
        .ForExample(new Body("It was a quotation, and we all laughed."), new Submitted(ExampleCase.Appeal))
        .Refuses(SafetyRefusals.ActionNotFound, SafetyRefusals.ActionReversed, SafetyRefusals.AppealMade, SafetyRefusals.AppealTooLate, SafetyRefusals.WordsInvalid);

    private static Task<IResult> Answer(Guid actionId, Body body, CaseDoor door, SafetyLog safety, TimeProvider clock, HttpContext http)
    {
        ConcernedPerson person = door.PersonOf(http.Caller().Id);
        DateTimeOffset now = clock.GetUtcNow();
        var appeal = new SubmitAppeal(Guid.CreateVersion7(now), actionId, body.Words);
        return Command.Run(
            http,
            safety,
            Case.Stream,
            CaseId.Of(person.Id).Value,
            state => SubmitAppeal.Decide(state, appeal, person, now),
            body,
            done => TypedResults.Ok(new Submitted(done.State.Action(actionId)!.Appeal!.AppealId)));
    }
}
