using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class EndSessionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/sessions/{id}", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .Describe("EndSession", "End one of my sessions", "No token of it is taken any more, anywhere. Changes nothing when the caller has no such session.")
        .Produces(StatusCodes.Status204NoContent);

    private static async Task<IResult> Answer(Guid id, IdentityLog identity, HttpContext http, CancellationToken ct)
    {
        await SessionsTable.End(identity.Database, id, http.Caller().Id, ct).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
