using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class RevokePermissionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/users/{id}/permissions/{capability}", Answer)
        .RequireCapability(Capability.Operate)
        .TakesCommand(keyIsRequired: false)
        .Describe("RevokePermission", "Revoke a granted capability", "What the age layer gives is not granted and stays. Changes nothing when it was not granted.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.CapabilityUnknown);

    private static Task<IResult> Answer(Guid id, string capability, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var command = new RevokePermission(new UserId(id), capability);
        return Command.Run(
            http,
            identity,
            User.Stream,
            id,
            user => RevokePermission.Decide(user, command, now),
            content: null,
            answer: _ => TypedResults.NoContent());
    }
}
