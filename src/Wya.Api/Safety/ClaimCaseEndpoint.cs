using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class ClaimCaseEndpoint
{
    /// <param name="Until">It is the caller's alone until then; claim it again for longer.</param>
    internal sealed record Claimed(Guid CaseId, DateTimeOffset Until);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/moderation/cases/{id}/claim", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "ClaimCase",
            "Claim a case",
            "For half an hour, and for half an hour more whenever it is claimed again. Only whoever has claimed a case decides in it; of two who claim it at once, one does.")
        .Produces<Claimed>()
        .ForExample(answer: new Claimed(ExampleCase.Case, ExamplePeople.Then.AddMinutes(30)))
        .Refuses(SafetyRefusals.CaseClaimedByOther);

    private static Task<IResult> Answer(CaseCommand command, HttpContext http) => command.Run(
        http,
        (state, inSight, now) => ClaimCase.Decide(state, inSight.Person, inSight.Moderator, now),
        answer: done => TypedResults.Ok(new Claimed(done.StreamId, done.State.ClaimedUntil!.Value)));
}
