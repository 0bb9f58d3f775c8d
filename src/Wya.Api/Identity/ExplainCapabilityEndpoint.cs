using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ExplainCapabilityEndpoint
{
    internal static readonly CapabilityAnswer Example = new(
        Capability.ChatGroup,
        CapabilityMeaning.Of(Capability.ChatGroup),
        Held: false,
        "You may not do this now. It was taken from you until 9 November 2026, 09:30 UTC.",
        [new Ground(Ground.AgeLayer, "Everybody of your age has it.")],
        [
            new CapabilityAnswer.Obstacle(
                Block.Restricted,
                "It was taken from you until 9 November 2026, 09:30 UTC.",
                ExamplePeople.Then.AddDays(7),
                "Unwanted invitations to many people."),
        ],
        [
            new Unlock(
                Unlock.RestrictionEnds,
                "It comes back by itself on 9 November 2026, 09:30 UTC; a moderator can give it back earlier.",
                ExamplePeople.Then.AddDays(7)),
        ]);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/capabilities/{name}/why", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<IdentityLog>()
        .Describe(
            "ExplainCapability",
            "Explain why I may do a thing or may not",
            "What gives the capability to the caller, what stands in the way with its reason, and what would unlock it.")
        .Produces<CapabilityAnswer>()
        .ForExample(answer: Example)
        .Refuses(Problems.CapabilityNotFound, Problem.Of(IdentityRefusals.UserNotFound));

    private static async Task<IResult> Answer(string name, IdentityLog identity, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (!Capability.All.Contains(name))
        {
            return Problems.CapabilityNotFound;
        }

        DateTimeOffset now = clock.GetUtcNow();
        PersonStanding? person = await Standings.Of(identity.Database, http.Caller().Id, now, ct).ConfigureAwait(false);
        return person is null
            ? Problem.Of(IdentityRefusals.UserNotFound)
            : TypedResults.Ok(await CapabilityAnswer.Of(identity.Database, person, name, now, ct).ConfigureAwait(false));
    }
}
