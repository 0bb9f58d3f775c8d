using Npgsql;
using Wya.Domain.Identity.Events;

namespace Wya.Projections.Graph;

/// <summary>
/// Whom a thing in another domain is about, where a later event about it does not say so: who asked for a conversation,
/// whom a restriction concerns. Written by what follows those domains, in the transaction that moves its position.
/// </summary>
internal static class TrustOriginsTable
{
    public const string Name = "trust_origins";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string CreateSql =
        """
        create table if not exists public.trust_origins (
            id      uuid primary key,
            user_id uuid not null
        );
        create index if not exists trust_origins_of_user on public.trust_origins (user_id);
        grant select, insert, update, delete on public.trust_origins to {app};
        """;

    public static async Task Remember(NpgsqlTransaction transaction, Guid id, UserId user, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(transaction, "insert into public.trust_origins (id, user_id) values ($1, $2) on conflict do nothing", id);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    public static async Task<UserId?> Recall(NpgsqlTransaction transaction, Guid id, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(transaction, "select user_id from public.trust_origins where id = $1", id);
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is Guid user ? new UserId(user) : null;
    }

    /// <summary>There will be no later event about it.</summary>
    public static async Task<UserId?> Forget(NpgsqlTransaction transaction, Guid id, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(transaction, "delete from public.trust_origins where id = $1 returning user_id", id);
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is Guid user ? new UserId(user) : null;
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, Guid id)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return command;
    }
}
