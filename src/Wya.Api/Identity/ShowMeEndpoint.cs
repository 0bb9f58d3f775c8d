using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowMeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<IdentityLog>()
        .Describe("ShowMe", "Show my account", "What is known about the caller.")
        .Produces<UserAnswer>()
        .ForExample(answer: ExamplePeople.Mara)
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(IdentityLog identity, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        // Read again: the caller was looked up before the position was, and the answer must hold all that the position says.
        UserView? user = await UsersTable.ById(identity.Database, http.Caller().Id, ct).ConfigureAwait(false);
        return user is null
            ? Problem.Of(IdentityRefusals.UserNotFound)
            : new TaggedAnswer<UserAnswer>(UserAnswer.Whole(user, clock.GetUtcNow()));
    }
}
