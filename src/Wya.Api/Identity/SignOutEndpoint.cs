using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class SignOutEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/sessions/current", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .Describe("SignOut", "Sign out", "Ends the session that the token belongs to: no token of it is taken any more, anywhere.")
        .Produces(StatusCodes.Status204NoContent);

    private static async Task<IResult> Answer(IdentityLog identity, HttpContext http, CancellationToken ct)
    {
        await SessionsTable.End(identity.Database, http.SessionId(), http.Caller().Id, ct).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
