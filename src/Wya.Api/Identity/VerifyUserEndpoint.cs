using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class VerifyUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/users/{id}/verification", Answer)
        .RequireCapability(Capability.Operate)
        .TakesCommand(keyIsRequired: true)
        .Describe("VerifyUser", "Verify a user", "Records that the person is who they say. A second verification changes nothing.")
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
            user => VerifyUser.Decide(user, new VerifyUser(), now),
            content: null,
            answer: _ => TypedResults.NoContent());
    }
}
