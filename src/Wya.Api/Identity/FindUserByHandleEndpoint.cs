using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class FindUserByHandleEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/by-handle/{handle}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromInline<IdentityLog>()
        .Describe(
            "FindUserByHandle",
            "Find a user by handle",
            "In whatever case or look-alike letters it is typed. A person of another age layer is not found.")
        .Produces<UserAnswer>()
        .ForExample(answer: ExamplePeople.MaraToOthers)
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(string handle, IdentityLog identity, PeopleByHandle people, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        UserView? user = await UsersTable.ByHandle(identity.Database, handle, ct).ConfigureAwait(false);
        user = await people.Look(http.Caller(), user, ct).ConfigureAwait(false);
        return UserAnswer.For(http.Caller(), user, clock.GetUtcNow()) is { } answer
            ? new TaggedAnswer<UserAnswer>(answer)
            : Problem.Of(IdentityRefusals.UserNotFound);
    }
}
