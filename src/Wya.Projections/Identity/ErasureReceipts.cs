using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>One erasure that is under way: recorded in the log, and not finished.</summary>
/// <param name="Found">What there was before it.</param>
/// <param name="KeyDestroyedAt">Null until then.</param>
public sealed record UnfinishedErasure(
    UserId User, DateTimeOffset RequestedAt, DateTimeOffset ErasedAt, IReadOnlyList<DomainFindings> Found, DateTimeOffset? KeyDestroyedAt);

public sealed record DomainFindings(string Domain, IReadOnlyList<StoreFinding> Stores);

/// <summary>What somebody with a ticket is told.</summary>
/// <param name="DueAt">When the erasure is or was due; null when it was cancelled.</param>
/// <param name="Receipt">A compact JWS; null until it is issued.</param>
public sealed record ClaimedReceipt(DateTimeOffset? DueAt, string? Receipt);

/// <summary>
/// How far erasures have come, and their receipts. No read model: it holds what no event says, and no rebuild touches it.
/// Of a ticket only the digest is here, so that who reads the database cannot fetch a receipt as somebody else.
/// </summary>
public static class ErasureReceipts
{
    public const string Table = "erasure_receipts";

    public const string PrepareSql =
        """
        create table if not exists public.erasure_receipts (
            user_id          uuid primary key,
            ticket_hash      bytea null unique,      -- SHA-256
            found            jsonb null,             -- store by store, before the erasure
            key_destroyed_at timestamptz null,
            receipt          text null,
            issued_at        timestamptz null
        );
        create index if not exists wya_erasure_receipts_unfinished on public.erasure_receipts (user_id) where found is not null and receipt is null;
        alter table public.erasure_receipts owner to {app};
        """;

    /// <summary>The last ticket counts.</summary>
    public static Task GiveTicket(LogDatabase identity, UserId user, byte[] ticketHash, CancellationToken ct = default) => Run(
        identity,
        "insert into public.erasure_receipts (user_id, ticket_hash) values ($1, $2) on conflict (user_id) do update set ticket_hash = excluded.ticket_hash",
        user, new NpgsqlParameter<byte[]> { TypedValue = ticketHash }, ct);

    public static Task TakeTicketBack(LogDatabase identity, UserId user, CancellationToken ct = default) =>
        Run(identity, "delete from public.erasure_receipts where user_id = $1 and key_destroyed_at is null", user, null, ct);

    /// <summary>Counts made before the erasure was recorded; later ones would find less.</summary>
    public static Task KeepFindings(LogDatabase identity, UserId user, IReadOnlyList<DomainFindings> found, CancellationToken ct = default) => Run(
        identity,
        """
        insert into public.erasure_receipts as r (user_id, found) values ($1, $2)
        on conflict (user_id) do update set found = excluded.found
        where r.found is null or not exists (select from public.erasures e where e.user_id = $1 and e.erased_at is not null)
        """,
        user,
        new NpgsqlParameter { Value = JsonSerializer.Serialize(found, EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
        ct);

    public static Task KeyIsDestroyed(LogDatabase identity, UserId user, DateTimeOffset at, CancellationToken ct = default) => Run(
        identity,
        "update public.erasure_receipts set key_destroyed_at = coalesce(key_destroyed_at, $2) where user_id = $1",
        user, new NpgsqlParameter<DateTime> { TypedValue = at.UtcDateTime }, ct);

    /// <summary>The first one is the receipt, whoever else was about to issue it.</summary>
    public static Task Issue(LogDatabase identity, UserId user, string receipt, CancellationToken ct = default) => Run(
        identity,
        "update public.erasure_receipts set receipt = $2, issued_at = now() where user_id = $1 and receipt is null",
        user, new NpgsqlParameter<string> { TypedValue = receipt }, ct);

    /// <summary>Null when there is no such ticket.</summary>
    public static async Task<ClaimedReceipt?> Claim(LogDatabase identity, byte[] ticketHash, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"""
            select e.due_at, r.receipt from public.erasure_receipts r
            left join {identity.ReadSchema}.erasures e on e.user_id = r.user_id where r.ticket_hash = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = ticketHash });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false)
            ? new ClaimedReceipt(
                reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0), reader.IsDBNull(1) ? null : reader.GetString(1))
            : null;
    }

    /// <summary>At most <paramref name="limit"/>: those first whose key is still there, the others in no order, so that none that is held up keeps others from their turn.</summary>
    public static async Task<IReadOnlyList<UnfinishedErasure>> Unfinished(LogDatabase identity, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"""
            select r.user_id, e.requested_at, e.erased_at, r.found::text, r.key_destroyed_at from public.erasure_receipts r
            join {identity.ReadSchema}.erasures e on e.user_id = r.user_id and e.erased_at is not null
            where r.found is not null and r.receipt is null order by r.key_destroyed_at is not null, random() limit $1
            """);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<UnfinishedErasure> unfinished = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            unfinished.Add(new UnfinishedErasure(
                new UserId(reader.GetGuid(0)),
                reader.GetFieldValue<DateTimeOffset>(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                JsonSerializer.Deserialize<IReadOnlyList<DomainFindings>>(reader.GetString(3), EventJson.Options)!,
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return unfinished;
    }

    private static async Task Run(LogDatabase identity, string sql, UserId user, NpgsqlParameter? value, CancellationToken ct)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        if (value is not null)
        {
            command.Parameters.Add(value);
        }

        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }
}
