using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class UnbanUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/users/{id}/ban", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe("UnbanUser", "Lift a ban", "Changes nothing when there is none. A suspension that the ban replaced does not come back.")
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
            user => UnbanUser.Decide(user, new UnbanUser(), now),
            content: null,
            answer: _ => TypedResults.NoContent());
    }
}
