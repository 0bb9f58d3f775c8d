using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowSessionsEndpoint
{
    /// <param name="Items">The last used first; at most 100, because a person can have no more.</param>
    internal sealed record MySessions(IReadOnlyList<MySession> Items);

    /// <param name="Id">To end it by.</param>
    /// <param name="CreatedAt">When the person signed in.</param>
    /// <param name="LastUsedAt">When it was opened or last refreshed.</param>
    /// <param name="ExpiresAt">When it ends unless it is refreshed.</param>
    /// <param name="Current">Whether it is the one that asks.</param>
    /// <param name="Label">As given when signing in.</param>
    internal sealed record MySession(
        Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt, bool Current, string? Label = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/sessions", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .Describe("ShowSessions", "Show my sessions", "Where the caller is signed in. No addresses are kept: a session is known by its label and its times.")
        .Produces<MySessions>()
        .ForExample(answer: new MySessions([new MySession(
            ExampleSessions.Tokens.SessionId, ExamplePeople.Then, ExamplePeople.Then, ExamplePeople.Then.AddDays(30), true, "Mara's phone")]));

    private static async Task<IResult> Answer(IdentityLog identity, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        Guid current = http.SessionId();
        IReadOnlyList<SessionRow> rows =
            await SessionsTable.Of(identity.Database, http.Caller().Id, clock.GetUtcNow(), ct).ConfigureAwait(false);
        return TypedResults.Ok(new MySessions(
            [.. rows.Select(row => new MySession(row.Id, row.CreatedAt, row.LastUsedAt, row.ExpiresAt, row.Id == current, row.Label))]));
    }
}
