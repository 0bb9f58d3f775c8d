using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class RestrictPermissionEndpoint
{
    /// <param name="Reason">1 to 500 characters, shown to the person concerned.</param>
    /// <param name="Until">The restriction ends by itself then; without it, it stays until it is lifted.</param>
    internal sealed record Body(string Reason, DateTimeOffset? Until = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/users/{id}/restrictions/{capability}", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe(
            "RestrictPermission",
            "Take a capability away",
            "Whatever gives it: the age layer, a grant, trust, or a context. With a reason that the person sees. Replaces an earlier restriction.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body("Unwanted invitations to many people.", ExamplePeople.Then.AddDays(7)))
        .Refuses(
            IdentityRefusals.UserNotFound,
            IdentityRefusals.CapabilityUnknown,
            IdentityRefusals.ReasonInvalid,
            IdentityRefusals.RestrictionEndPassed);

    private static Task<IResult> Answer(Guid id, string capability, Body body, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var command = new RestrictPermission(new UserId(id), capability, body.Reason, body.Until);
        return Command.Run(
            http,
            identity,
            User.Stream,
            id,
            user => RestrictPermission.Decide(user, command, now),
            content: body,
            answer: _ => TypedResults.NoContent());
    }
}
