using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Graph;

internal static class RequestFriendshipEndpoint
{
    internal sealed record Body(UserId UserId);

    /// <param name="AreFriends">They had asked already, so both are friends now; otherwise it waits for their answer.</param>
    internal sealed record Requested(UserId UserId, bool AreFriends);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/friend-requests", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "RequestFriendship",
            "Ask somebody to be friends",
            "Who is asked and asks as well has accepted. While it waits, asking again changes nothing; a decline is not told.")
        .Produces<Requested>()
        .ForExample(new Body(ExamplePeople.MaraId), new Requested(ExamplePeople.MaraId, AreFriends: false))
        .Refuses(GraphRefusals.UserNotFound, GraphRefusals.NotWithOneself, GraphRefusals.FriendsFull, GraphRefusals.RequestsFull, GraphRefusals.Muted)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Body body, EdgeCommand command, HttpContext http) => command.Run(
        http,
        body.UserId.Value,
        RequestFriendship.Decide,
        content: body,
        answer: done => TypedResults.Ok(new Requested(body.UserId, done.State.AreFriends)),
        approaches: true);
}
