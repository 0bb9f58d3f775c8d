using Npgsql;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ChangePasswordEndpoint
{
    /// <param name="Password">The new one: 12 to 200 characters.</param>
    /// <param name="CurrentPassword">Required from who has one.</param>
    internal sealed record Body(string Password, string? CurrentPassword = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/me/password", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.SignIn)
        .Describe(
            "ChangePassword",
            "Set or change my password",
            "Ends all other sessions of the caller. A wrong current password counts as an attempt to sign in.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body("a much better passphrase", "correct horse battery staple"))
        .Refuses(Problems.PasswordInvalid, Problems.CurrentPasswordWrong, Problem.Of(IdentityRefusals.UserNotFound));

    private static async Task<IResult> Answer(
        Body body, IdentityLog identity, PasswordCheck check, Passwords passwords, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        if (!Passwords.MayBe(body.Password))
        {
            return Problems.PasswordInvalid;
        }

        if (http.Caller().User is not { } user)
        {
            return Problem.Of(IdentityRefusals.UserNotFound);
        }

        string? compared = null;
        if (await CredentialsTable.HasPassword(identity.Database, user.Id, ct).ConfigureAwait(false))
        {
            if (body.CurrentPassword is null)
            {
                return Problems.CurrentPasswordWrong;
            }

            PasswordChecked current = await check.Of(user.Id, user.Handle, body.CurrentPassword, ct).ConfigureAwait(false);
            if (current is not PasswordChecked.Right(var hash))
            {
                return current is PasswordChecked.TooOften(var problem) ? problem : Problems.CurrentPasswordWrong;
            }

            compared = hash;
        }

        string next = await passwords.Hash(body.Password, ct).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        await using NpgsqlConnection connection = await identity.Database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        bool changed = compared is null
            ? await CredentialsTable.SetFirst(connection, user.Id, next, now, ct).ConfigureAwait(false)
            : await CredentialsTable.Change(connection, user.Id, compared, next, now, ct).ConfigureAwait(false);
        if (!changed)
        {
            return Problems.CurrentPasswordWrong; // somebody else was faster, and theirs is the current one now
        }

        await SessionsTable.EndOthers(connection, user.Id, but: http.SessionId(), ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
