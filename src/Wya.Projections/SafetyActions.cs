using Npgsql;
using Wya.Domain.Identity.Events;

namespace Wya.Projections;

/// <param name="Kind">As the domain that keeps it names what it enforces.</param>
/// <param name="Place">The conversation or the room, of something in one.</param>
/// <param name="Part">The capability, the message or the version.</param>
public sealed record SafetyAction(
    Guid ActionId, UserId UserId, string Kind, Guid? Place = null, string? Part = null, DateTimeOffset? Until = null);

/// <summary>
/// The moderators' decisions that a domain enforces and that are not reversed, in its own database: a reversal names an
/// action and nothing else, and several may hold the same. Written by what follows safety, in the transaction that moves its
/// position.
/// </summary>
internal static class SafetyActions
{
    public const string Table = "safety_actions";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string PrepareSql =
        """
        create table if not exists public.safety_actions (
            action_id uuid primary key,
            user_id   uuid not null,
            kind      text not null,
            place     uuid null,
            part      text null,
            until     timestamptz null
        );
        create index if not exists safety_actions_of_user on public.safety_actions (user_id);
        grant select, insert, update, delete on public.safety_actions to {app};
        """;

    public static PersonalTable Personal { get; } = new(
        Table, "user_id", "removed: which decision holds, and until when; it says nothing that anybody said", "false", "action_id", [], IsNoReadModel: true);

    public static async Task Remember(NpgsqlTransaction transaction, SafetyAction action, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "insert into public.safety_actions (action_id, user_id, kind, place, part, until) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            transaction.Connection,
            transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = action.ActionId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = action.UserId.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = action.Kind });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = action.Place });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = action.Part });
        command.Parameters.Add(new NpgsqlParameter<DateTime?> { TypedValue = action.Until?.UtcDateTime });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <returns>Null when this domain enforces no such action.</returns>
    public static async Task<SafetyAction?> Forget(NpgsqlTransaction transaction, Guid action, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "delete from public.safety_actions where action_id = $1 returning action_id, user_id, kind, place, part, until", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = action });
        return await Read(command, ct).ConfigureAwait(false) is [var one] ? one : null;
    }

    public static async Task<IReadOnlyList<SafetyAction>> Of(NpgsqlTransaction transaction, UserId user, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select action_id, user_id, kind, place, part, until from public.safety_actions where user_id = $1 order by action_id", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        return await Read(command, ct).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<SafetyAction>> Read(NpgsqlCommand command, CancellationToken ct)
    {
        List<SafetyAction> found = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            found.Add(new SafetyAction(
                reader.GetGuid(0),
                new UserId(reader.GetGuid(1)),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetGuid(3),
                reader.IsDBNull(4) ? null : reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5)));
        }

        return found;
    }
}
