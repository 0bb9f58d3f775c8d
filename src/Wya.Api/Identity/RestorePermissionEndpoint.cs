using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class RestorePermissionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/users/{id}/restrictions/{capability}", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe("RestorePermission", "Give a capability back", "Lifts its restriction. Changes nothing when there is none. Nobody does so for themselves.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.CapabilityUnknown, IdentityRefusals.OwnRestriction);

    private static Task<IResult> Answer(Guid id, string capability, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var command = new RestorePermission(new UserId(id), capability, By: http.Caller().Id);
        return Command.Run(
            http,
            identity,
            User.Stream,
            id,
            user => RestorePermission.Decide(user, command, now),
            content: null,
            answer: _ => TypedResults.NoContent());
    }
}
