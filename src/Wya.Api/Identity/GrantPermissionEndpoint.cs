using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class GrantPermissionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/users/{id}/permissions/{capability}", Answer)
        .RequireCapability(Capability.Operate)
        .TakesCommand(keyIsRequired: false)
        .Describe("GrantPermission", "Grant a capability", "Beyond what the person's age layer gives, and only what it allows.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.CapabilityUnknown, IdentityRefusals.CapabilityNotForAgeLayer);

    private static Task<IResult> Answer(Guid id, string capability, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var command = new GrantPermission(capability);
        return Command.Run(
            http,
            identity,
            User.Stream,
            id,
            user => GrantPermission.Decide(user, command, now),
            content: null,
            answer: _ => TypedResults.NoContent());
    }
}
