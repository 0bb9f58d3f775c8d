using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class BanUserEndpoint
{
    /// <param name="Reason">1 to 500 characters, shown to the person concerned.</param>
    internal sealed record Body(string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/users/{id}/ban", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe(
            "BanUser",
            "Ban a user",
            "Until it is lifted, with a reason that the person sees. Takes the place of a suspension; changes nothing when they are banned.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body("Threats against another person, twice."))
        .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.ReasonInvalid);

    private static Task<IResult> Answer(Guid id, Body body, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var command = new BanUser(new UserId(id), body.Reason);
        return Command.Run(
            http,
            identity,
            User.Stream,
            id,
            user => BanUser.Decide(user, command, now),
            content: body,
            answer: _ => TypedResults.NoContent());
    }
}
