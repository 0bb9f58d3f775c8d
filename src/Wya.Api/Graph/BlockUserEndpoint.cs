using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class BlockUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/me/blocks/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .HoldsEverywhere()
        .Describe(
            "BlockUser",
            "Block somebody",
            "Ends friendship, follows and requests both ways, and hides both from each other everywhere. They are not told. With 204 it holds in every domain.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound, GraphRefusals.NotWithOneself, GraphRefusals.BlocksFull)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => BlockUser.Decide(edge, pair));
}
