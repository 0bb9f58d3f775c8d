using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class UnsuspendUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/users/{id}/suspension", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe("UnsuspendUser", "Lift a suspension", "Changes nothing when there is none.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(IdentityRefusals.UserNotFound);

    private static Task<IResult> Answer(Guid id, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return Command.Run(
            http,
            identity,
            User.Stream,
            id,
            user => UnsuspendUser.Decide(user, new UnsuspendUser(), now),
            content: null,
            answer: _ => TypedResults.NoContent());
    }
}
