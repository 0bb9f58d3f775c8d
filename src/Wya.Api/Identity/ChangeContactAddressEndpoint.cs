using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Identity;

internal static class ChangeContactAddressEndpoint
{
    /// <param name="ContactAddress">An e-mail address, or a telephone number that begins with + and its country.</param>
    internal sealed record Body(string ContactAddress);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/me/contact-address", (Body body, IdentityLog identity, TimeProvider clock, HttpContext http) =>
                Answer(body.ContactAddress, identity, clock, http))
            .RequireSignIn()
            .TakesCommand(keyIsRequired: true)
            .Describe("ChangeContactAddress", "Set my contact address", "Kept sealed under my own key, and shown to nobody else.")
            .Produces(StatusCodes.Status204NoContent)
            .ForExample(new Body("mara@example.org"))
            .Refuses(IdentityRefusals.UserNotFound, IdentityRefusals.ContactAddressInvalid);
        routes.MapDelete("/me/contact-address", (IdentityLog identity, TimeProvider clock, HttpContext http) => Answer(null, identity, clock, http))
            .RequireSignIn()
            .TakesCommand(keyIsRequired: true)
            .Describe("RemoveContactAddress", "Remove my contact address", "The address before can no longer be read in any answer.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(IdentityRefusals.UserNotFound);
    }

    private static Task<IResult> Answer(string? address, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        UserId me = http.Caller().Id;
        var command = new ChangeContactAddress(me, address);
        return Command.Run(
            http,
            identity,
            User.Stream,
            me.Value,
            user => ChangeContactAddress.Decide(user, command, now),
            content: new { address },
            answer: _ => TypedResults.NoContent());
    }
}
