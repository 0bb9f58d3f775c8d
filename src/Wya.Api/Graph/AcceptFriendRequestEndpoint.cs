using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class AcceptFriendRequestEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/me/friend-requests/{userId}/accept", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "AcceptFriendRequest",
            "Accept a friend request",
            "Of the person in the address. Also one that was declined, as long as it was not taken back.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound, GraphRefusals.NoFriendRequest, GraphRefusals.FriendsFull)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => AcceptFriendRequest.Decide(edge, pair));
}
