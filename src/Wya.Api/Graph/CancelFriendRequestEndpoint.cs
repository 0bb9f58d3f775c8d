using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class CancelFriendRequestEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/friend-requests/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "CancelFriendRequest",
            "Take back a friend request",
            "One of the caller's own that waits for an answer.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => CancelFriendRequest.Decide(edge, pair));
}
