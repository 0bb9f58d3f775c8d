using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class FollowEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/me/following/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "Follow",
            "Follow somebody",
            "One way; they need not agree, and see it among their followers.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound, GraphRefusals.NotWithOneself, GraphRefusals.FollowingFull)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => Follow.Decide(edge, pair), approaches: true);
}
