using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class FindUserEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/{id}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromInline<IdentityLog>()
        .Describe(
            "FindUser",
            "Find a user by id",
            "A person of another age layer is not found. More than the handle is for the person, moderators and operators.")
        .Produces<UserAnswer>()
        .ForExample(answer: ExamplePeople.MaraToOthers)
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(Guid id, IdentityLog identity, PeopleByHandle people, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        UserView? user = await UsersTable.ById(identity.Database, new UserId(id), ct).ConfigureAwait(false);
        user = await people.Look(http.Caller(), user, ct).ConfigureAwait(false);
        return UserAnswer.For(http.Caller(), user, clock.GetUtcNow()) is { } answer
            ? new TaggedAnswer<UserAnswer>(answer)
            : Problem.Of(IdentityRefusals.UserNotFound);
    }
}
