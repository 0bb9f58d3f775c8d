using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class UnblockUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/blocks/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe(
            "UnblockUser",
            "Take back a block",
            "What it ended does not come back.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => UnblockUser.Decide(edge, pair));
}
