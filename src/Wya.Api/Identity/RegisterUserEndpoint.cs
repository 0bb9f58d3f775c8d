using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class RegisterUserEndpoint
{
    /// <param name="Handle">3 to 50 characters, unique, never changes.</param>
    /// <param name="BirthDate">Places the person in an age layer; kept sealed, and told to nobody else.</param>
    internal sealed record Body(string Handle, DateOnly BirthDate);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/users", Answer)
        .AllowAnyone()
        .RequireRateLimiting(RateLimits.Registration)
        .TakesCommand(keyIsRequired: true)
        .Describe(
            "RegisterUser",
            "Register a user",
            "Takes a handle for ever, and places the person in an age layer. Of a person under 13 nothing is kept.")
        .Produces<UserAnswer>(StatusCodes.Status201Created)
        .ForExample(new Body("mara", new DateOnly(1998, 4, 17)), ExamplePeople.MaraNew)
        .Refuses(
            IdentityRefusals.HandleTaken,
            IdentityRefusals.HandleInvalid("A handle has 3 to 50 characters."),
            IdentityRefusals.UnderAge,
            IdentityRefusals.BirthDateInvalid);

    private static Task<IResult> Answer(Body body, IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        DateTimeOffset now = clock.GetUtcNow();
        var user = new UserId(Guid.CreateVersion7(now));
        var command = new RegisterUser(user, body.Handle, body.BirthDate);

        // The layer stands for the birth date here: a digest of it could be tried out, and would survive its erasure.
        AgeLayer? layer = (AgePolicy.Place(body.BirthDate, now) as AgePolicy.Placement.InLayer)?.Layer;
        return Command.Run(
            http,
            identity,
            User.Stream,
            user.Value,
            state => RegisterUser.Decide(state, command, now),
            content: new { body.Handle, layer },
            answer: done => TypedResults.Created(
                $"/users/{done.StreamId}",
                new UserAnswer(new UserId(done.StreamId), done.State.Handle!.ValueOr(""), done.State.AgeLayer, UserStatus.Active)),
            claimTaken: IdentityRefusals.HandleTaken,
            actor: user.ToString());
    }
}
