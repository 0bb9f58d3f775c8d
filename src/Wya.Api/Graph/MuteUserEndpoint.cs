using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class MuteUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/me/mutes/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "MuteUser",
            "Mute somebody",
            "For oneself: what they do calls for no attention. Nothing ends, and they are not told.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound, GraphRefusals.NotWithOneself, GraphRefusals.MutesFull)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => MuteUser.Decide(edge, pair));
}
