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

    /// <param name="AccessToken">To send as <c>Authorization: Bearer …</c>.</param>
    /// <param name="TokenType">Bearer.</param>
    /// <param name="ExpiresIn">In seconds.</param>
    internal sealed record Token(string AccessToken, string TokenType, int ExpiresIn);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/development/tokens", Answer)
        .AllowAnyone()
        .WithTags("Development")
        .Describe("IssueDevelopmentToken", "Issue a token", "For any user, to anyone who asks. Exists in Development only.")
        .Produces<Token>()
        .ForExample(new Body(DevelopmentOperator.Name), new Token("eyJhbGciOiJFUzI1NiIs…", "Bearer", 600))
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(
        Body body, IdentityLog identity, DevelopmentIssuer issuer, TimeProvider clock, CancellationToken ct)
    {
        UserView? user = await UsersTable.ByHandle(identity.Database, body.Handle, ct).ConfigureAwait(false);
        return user is null
            ? Problem.Of(IdentityRefusals.UserNotFound)
            : TypedResults.Ok(new Token(
                issuer.Issue(user.Id, clock.GetUtcNow()), "Bearer", (int)DevelopmentIssuer.Lifetime.TotalSeconds));
    }
}
