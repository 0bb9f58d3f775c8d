using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class DeclineFriendRequestEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/friend-requests/{userId}/decline", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "DeclineFriendRequest",
            "Decline a friend request",
            "They are not told, and cannot tell. For 30 days no other request of theirs is shown.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound, GraphRefusals.NoFriendRequest)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, DeclineFriendRequest.Decide);
}
