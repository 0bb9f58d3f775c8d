using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class UnmuteUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/mutes/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "UnmuteUser",
            "Take back a mute",
            "They are not told.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => UnmuteUser.Decide(edge, pair));
}
