using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Projections.Identity;

namespace Wya.Api.Development;

/// <summary>Only mapped in Development, where the API is its own issuer.</summary>
internal static class IssueDevelopmentTokenEndpoint
{
    /// <param name="Handle">Of a registered user; <c>operator</c> may do everything.</param>
    internal sealed record Body(string Handle);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/development/tokens", Answer)
        .AllowAnyone()
        .WithTags("Development")
        .Describe("IssueDevelopmentToken", "Issue a token", "Opens a session of any user, for anyone who asks. Exists in Development only.")
        .Produces<SessionTokens>()
        .ForExample(new Body(DevelopmentOperator.Name), ExampleSessions.Tokens)
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(Body body, IdentityLog identity, Sessions sessions, CancellationToken ct)
    {
        UserView? user = await UsersTable.ByHandle(identity.Database, body.Handle, ct).ConfigureAwait(false);
        return user is null
            ? Problem.Of(IdentityRefusals.UserNotFound)
            : TypedResults.Ok(await sessions.Open(user.Id, "Development", confirm: null, ct).ConfigureAwait(false));
    }
}
