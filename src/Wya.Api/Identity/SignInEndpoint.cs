using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class SignInEndpoint
{
    /// <param name="Handle">In whatever case or look-alike letters.</param>
    /// <param name="Password">As it was set, to the letter.</param>
    /// <param name="Label">What the owner will know the session by, such as the device's name: 1 to 100 characters.</param>
    internal sealed record Body(string Handle, string Password, string? Label = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/sessions", Answer)
        .AllowAnyone()
        .RequireRateLimiting(RateLimits.SignIn)
        .Describe(
            "SignIn",
            "Sign in",
            "Opens a session. Whether the handle is unknown, the password wrong, or the person has none, is not told apart. "
            + "After 10 attempts within 15 minutes an account's sign-ins wait for the end of these.")
        .Produces<SessionTokens>(StatusCodes.Status201Created)
        .ForExample(new Body("mara", "correct horse battery staple", "Mara's phone"), ExampleSessions.Tokens)
        .Refuses(Problems.SignInFailed, Problems.SessionLabelInvalid);

    public static bool IsLabel(string? label) =>
        label is null or { Length: >= 1 and <= SessionsTable.LabelCharactersMax } && label?.Any(char.IsControl) != true;

    private static async Task<IResult> Answer(
        Body body, IdentityLog identity, PasswordCheck passwords, Sessions sessions, CancellationToken ct)
    {
        if (!IsLabel(body.Label))
        {
            return Problems.SessionLabelInvalid;
        }

        UserView? user = await UsersTable.ByHandle(identity.Database, body.Handle, ct).ConfigureAwait(false);
        PasswordChecked check = await passwords.Of(user?.Id, body.Handle, body.Password, ct).ConfigureAwait(false);
        if (check is PasswordChecked.TooOften(var problem))
        {
            return problem;
        }

        SessionTokens? opened = user is not null && check is PasswordChecked.Right(var hash)
            ? await sessions.Open(user.Id, body.Label, connection => CredentialsTable.Confirm(connection, user.Id, hash, ct), ct).ConfigureAwait(false)
            : null;
        return opened is null ? Problems.SignInFailed : TypedResults.Created($"/me/sessions/{opened.SessionId}", opened);
    }
}
