using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowDiscoveryPreferencesEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/discovery/preferences", Answer)
        .RequireSignIn()
        .AnswersFromInline<IdentityLog>()
        .Describe("ShowDiscoveryPreferences", "See how I find others, and who finds me", "As last chosen; what the caller's age layer does not allow has no effect.")
        .Produces<DiscoveryPreferences>()
        .ForExample(answer: DiscoveryPreferences.Default)
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(IdentityLog identity, TimeProvider clock, HttpContext http)
    {
        Guid me = http.Caller().Id.Value;
        IReadOnlyDictionary<Guid, FoundPerson> found = await FoundPeople.Of(identity.Database, [me], clock.GetUtcNow(), http.RequestAborted).ConfigureAwait(false);
        return found.TryGetValue(me, out FoundPerson? self) ? TypedResults.Ok(self.Preferences) : Problem.Of(IdentityRefusals.UserNotFound);
    }
}
