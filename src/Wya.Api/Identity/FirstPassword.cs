using Npgsql;
using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>
/// The password that a person registers with. It follows the event, which never holds it: when the process dies between
/// the two, the client knows of no success and sends the registration again, which sets what is still missing.
/// </summary>
internal sealed class FirstPassword(IdentityLog identity, Passwords passwords, Settings settings, TimeProvider clock)
{
    /// <summary>Before anything is recorded.</summary>
    public Problem? Refuse(string? password) => password switch
    {
        null => null,
        _ when !settings.IssuesTokens => Problems.MalformedRequest("No password is taken here: people sign in with the authority that issues their tokens."),
        _ when !Passwords.MayBe(password) => Problems.PasswordInvalid,
        _ => null,
    };

    /// <summary>Does nothing when there is a password already: a repeated registration changes none.</summary>
    public async Task Set(UserId user, string password, CancellationToken ct)
    {
        try
        {
            if (await CredentialsTable.HasPassword(identity.Database, user, ct).ConfigureAwait(false))
            {
                return;
            }

            string hash = await passwords.Hash(password, ct).ConfigureAwait(false);
            await using NpgsqlConnection connection = await identity.Database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
            await CredentialsTable.SetFirst(connection, user, hash, clock.GetUtcNow(), ct).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is StoreUnavailableException || Faults.IsTransient(fault))
        {
            throw new OutcomeUnknownException(fault); // the registration is recorded; asked again, it gets its password
        }
    }
}
