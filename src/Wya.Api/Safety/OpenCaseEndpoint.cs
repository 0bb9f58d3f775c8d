using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class OpenCaseEndpoint
{
    internal sealed record Body(UserId UserId);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "OpenCase",
            "Open a person's case",
            "Claims it, whether or not anybody has reported them: for what a moderator notices. It says nothing of what is in it.")
        .Produces<ClaimCaseEndpoint.Claimed>()
        .ForExample(new Body(ExamplePeople.MaraId), new ClaimCaseEndpoint.Claimed(ExampleCase.Case, ExamplePeople.Then.AddMinutes(30)))
        .Refuses(SafetyRefusals.UserNotFound, SafetyRefusals.ConflictOfInterest, SafetyRefusals.CaseClaimedByOther);

    private static async Task<IResult> Answer(Body body, CaseDoor door, CaseCommand command, PeopleByHandle people, HttpContext http)
    {
        if (await people.HandleOf(body.UserId, http.RequestAborted).ConfigureAwait(false) is null)
        {
            return Problem.Of(SafetyRefusals.UserNotFound);
        }

        (CaseInSight? inSight, Problem? problem) = await door.EnterAbout(http, body.UserId).ConfigureAwait(false);
        return problem ?? await command.Run(
            http,
            (state, entered, now) => ClaimCase.Decide(state, entered.Person, entered.Moderator, now),
            body,
            done => TypedResults.Ok(new ClaimCaseEndpoint.Claimed(done.StreamId, done.State.ClaimedUntil!.Value)),
            inSight).ConfigureAwait(false);
    }
}
