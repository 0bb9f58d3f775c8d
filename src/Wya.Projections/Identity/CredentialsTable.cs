using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>How often a password may be tried for one account.</summary>
/// <param name="CountMax">Attempts in one window; a success begins a new one.</param>
/// <param name="Window">From the first attempt on.</param>
public sealed record AttemptLimit(int CountMax, TimeSpan Window);

/// <summary>What came of asking to try a password.</summary>
public abstract record PasswordAttempt
{
    private PasswordAttempt() { }

    /// <summary>It is counted, and may be compared with this hash.</summary>
    public sealed record Granted(string Hash) : PasswordAttempt;

    /// <summary>There were too many; the account's window ends then.</summary>
    public sealed record TooMany(DateTimeOffset Until) : PasswordAttempt;

    /// <summary>The account has no password.</summary>
    public sealed record NoPassword : PasswordAttempt;
}

/// <summary>
/// The hashes of passwords, and how often they were tried. No fold of the log, so that no event ever holds one: the rows
/// are changed in place, and erased with the person.
/// </summary>
public static class CredentialsTable
{
    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string CreateSql =
        """
        create table if not exists public.credentials (
            user_id       uuid primary key,
            hash          text not null,
            changed_at    timestamptz not null,
            failed_count  integer not null default 0,
            counted_until timestamptz not null default '-infinity'
        );
        alter table public.credentials alter column hash set statistics 0; -- a copy in the server's samples would outlive the row
        grant select, insert, update, delete on public.credentials to {app};
        """;

    /// <summary>
    /// Counts an attempt before it is made, so that however many try at once, no more than the limit can. A success is
    /// taken off again by <see cref="Confirm"/>.
    /// </summary>
    public static async Task<PasswordAttempt> BeginAttempt(
        LogDatabase identity, UserId user, AttemptLimit limit, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlCommand count = identity.DataSource.CreateCommand(
            """
            update public.credentials set
                failed_count = case when counted_until > $2 then failed_count + 1 else 1 end,
                counted_until = case when counted_until > $2 then counted_until else $3 end
            where user_id = $1 and not (counted_until > $2 and failed_count >= $4)
            returning hash
            """);
        count.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        count.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        count.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now + limit.Window });
        count.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit.CountMax });
        if (await count.ExecuteScalarAsync(ct).ConfigureAwait(false) is string hash)
        {
            return new PasswordAttempt.Granted(hash);
        }

        await using NpgsqlCommand waiting = identity.DataSource.CreateCommand(
            "select counted_until from public.credentials where user_id = $1 and counted_until > $2");
        waiting.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        waiting.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        return await waiting.ExecuteScalarAsync(ct).ConfigureAwait(false) is DateTime until
            ? new PasswordAttempt.TooMany(new DateTimeOffset(until))
            : new PasswordAttempt.NoPassword();
    }

    /// <summary>
    /// The password was right: nothing counts against the account any more. False when the password has been changed since
    /// it was compared. Holds the row until the transaction ends, so that a change waits and then sees what was opened.
    /// </summary>
    public static async Task<bool> Confirm(NpgsqlConnection within, UserId user, string hash, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            "update public.credentials set failed_count = 0, counted_until = '-infinity' where user_id = $1 and hash = $2", within);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
        return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false) == 1;
    }

    public static async Task<bool> HasPassword(LogDatabase identity, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            "select exists (select from public.credentials where user_id = $1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is true;
    }

    /// <summary>The first password of somebody who is registered. False when there was one already: that one stays.</summary>
    public static async Task<bool> SetFirst(
        NpgsqlConnection within, UserId user, string hash, DateTimeOffset now, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            """
            insert into public.credentials (user_id, hash, changed_at)
            select id, $2, $3 from public.users where id = $1
            on conflict (user_id) do nothing
            """,
            within);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false) == 1;
    }

    /// <summary>Another password instead of the one that was compared. False when that has been changed meanwhile.</summary>
    public static async Task<bool> Change(
        NpgsqlConnection within, UserId user, string compared, string hash, DateTimeOffset now, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand(
            """
            update public.credentials set hash = $3, changed_at = $4, failed_count = 0, counted_until = '-infinity'
            where user_id = $1 and hash = $2
            """,
            within);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = compared });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false) == 1;
    }
}
