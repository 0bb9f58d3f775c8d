using System.Globalization;
using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>Counts by how many different people somebody was blocked within a month. Who they are stands here by a digest alone.</summary>
public sealed class ManyBlocks(SignalWriter signals, LogDatabase safety)
{
    public const string Name = "SignalsOfBlocks";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string CreateSql =
        """
        create table if not exists public.recent_blocks (
            user_id     uuid not null,
            blocker_ref uuid not null,
            blocked_at  timestamptz not null,
            primary key (user_id, blocker_ref)
        );
        grant select, insert, update, delete on public.recent_blocks to {app};
        """;

    private const string Count =
        """
        with past as (delete from public.recent_blocks where user_id = $1 and blocked_at <= $4 and blocker_ref <> $2),
        counted as (
            insert into public.recent_blocks (user_id, blocker_ref, blocked_at) values ($1, $2, $3)
            on conflict (user_id, blocker_ref) do update set blocked_at = $3 returning blocker_ref)
        select (select count(*) from counted) + (select count(*) from public.recent_blocks where user_id = $1 and blocked_at > $4 and blocker_ref <> $2)
        """;

    public Effect? Handle(RecordedEvent recorded) => recorded.Data switch
    {
        UserBlocked blocked => (transaction, ct) => Take(blocked, recorded, transaction, ct),
        UserUnblocked unblocked => (transaction, ct) => Forget(unblocked, transaction, ct),
        _ => null,
    };

    private async Task Forget(UserUnblocked unblocked, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "delete from public.recent_blocks where user_id = $1 and blocker_ref = $2", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = unblocked.BlockedId.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RefOf(unblocked.BlockerId, unblocked.BlockedId) });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private async Task Take(UserBlocked blocked, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        int blockers;
        await using (var command = new NpgsqlCommand(Count, transaction.Connection, transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = blocked.BlockedId.Value });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RefOf(blocked.BlockerId, blocked.BlockedId) });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = recorded.Time.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (recorded.Time - SignalRules.BlocksWithin).UtcDateTime });
            blockers = (int)(long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
        }

        if (SignalRules.AreManyBlocks(blockers))
        {
            await signals.Notice(
                SignalRules.IdOf(blocked.BlockedId, SignalKind.ManyBlocks, recorded.Time),
                blocked.BlockedId,
                SignalKind.ManyBlocks,
                "graph",
                recorded.Time,
                SignalRules.WeightOf(SignalKind.ManyBlocks),
                string.Create(CultureInfo.InvariantCulture, $"blocked by {blockers} people within a month"),
                ct).ConfigureAwait(false);
        }
    }

    /// <summary>Another one for each person blocked, so that it does not tell who blocks whom else.</summary>
    private Guid RefOf(UserId blocker, UserId blocked) => safety.KeyedId($"blocker:{blocked}:{blocker}");
}
