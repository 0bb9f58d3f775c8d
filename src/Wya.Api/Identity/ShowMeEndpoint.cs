using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;

namespace Wya.Api.Identity;

internal static class ShowMeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me", Answer)
        .RequireSignIn()
        .AnswersFromInline<IdentityLog>()
        .Describe("ShowMe", "Show my account", "What is known about the caller.")
        .Produces<UserAnswer>()
        .ForExample(answer: ExamplePeople.Mara)
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(IdentityRefusals.UserNotFound);

    private static IResult Answer(TimeProvider clock, HttpContext http) =>
        http.Caller().User is { } user
            ? new TaggedAnswer<UserAnswer>(UserAnswer.Whole(user, clock.GetUtcNow()))
            : Problem.Of(IdentityRefusals.UserNotFound);
}
