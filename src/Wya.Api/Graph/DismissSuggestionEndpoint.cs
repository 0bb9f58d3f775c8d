using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Graph;

namespace Wya.Api.Graph;

internal static class DismissSuggestionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/friend-suggestions/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "DismissSuggestion",
            "Dismiss a suggestion",
            "The person is not suggested to the caller any more.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(GraphRefusals.UserNotFound, GraphRefusals.NotWithOneself)
        .Refuses(Problems.NotKnownYet);

    private static Task<IResult> Answer(Guid userId, EdgeCommand command, HttpContext http) =>
        command.Run(http, userId, (edge, pair, _) => DismissSuggestion.Decide(edge, pair));
}
