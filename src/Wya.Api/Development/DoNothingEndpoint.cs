using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Messaging;

namespace Wya.Api.Development;

/// <summary>What sending a message costs before anything is done: to be measured beside it.</summary>
internal static class DoNothingEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/development/nothing/{id}/{messageId}", Answer)
        .RequireTokenAlone()
        .RequireRateLimiting(RateLimits.Message)
        .WithTags("Development")
        .Describe("DoNothing", "Do nothing", "Takes what sending a message takes, and does nothing with it. Exists in Development only.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new SendMessageEndpoint.Body(Text: "I am around. Come in!"));

    private static IResult Answer(Guid id, Guid messageId, SendMessageEndpoint.Body body) =>
        id != messageId && body.ToCommand() is not null ? TypedResults.NoContent() : TypedResults.BadRequest();
}
