using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class SuspendUserEndpoint
{
    /// <param name="Until">The suspension ends by itself then.</param>
    /// <param name="Reason">1 to 500 characters, shown to the person concerned.</param>
    internal sealed record Body(DateTimeOffset Until, string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/users/{id}/suspension", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe(
            "SuspendUser",
            "Suspend a user",
            "Until a time in the future, with a reason that the person sees. Replaces an earlier suspension.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(ExamplePeople.Then.AddDays(7), "Insults in several conversations, after a warning."))
        .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.SuspensionEndPassed, IdentityRefusals.ReasonInvalid, IdentityRefusals.UserBanned);

    private static Task<IResult> Answer(Guid id, Body body, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var command = new SuspendUser(new UserId(id), body.Until, body.Reason);
        return Command.Run(
            http,
            identity,
            User.Stream,
            id,
            user => SuspendUser.Decide(user, command, now),
            content: body,
            answer: _ => TypedResults.NoContent());
    }
}
