using Npgsql;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class EndOtherSessionsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/me/sessions", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .Describe("EndOtherSessions", "End my other sessions", "All but the one that asks.")
        .Produces(StatusCodes.Status204NoContent);

    private static async Task<IResult> Answer(IdentityLog identity, HttpContext http, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await identity.Database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await SessionsTable.EndOthers(connection, http.Caller().Id, but: http.SessionId(), ct).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
