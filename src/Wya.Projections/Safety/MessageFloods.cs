using System.Globalization;
using Npgsql;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Counts what each person sends within a minute, by the times of messaging's events, and notices when it is a flood. Rows
/// live for that minute: each message takes those away that are older. One statement a message, and nothing of what it says.
/// </summary>
public sealed class MessageFloods(SignalWriter signals)
{
    public const string Name = "SignalsOfMessages";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string CreateSql =
        """
        create table if not exists public.message_windows (
            user_id         uuid not null,
            slot            bigint not null,
            conversation_id uuid not null,
            sent            integer not null,
            primary key (user_id, slot, conversation_id)
        );
        grant select, insert, update, delete on public.message_windows to {app};
        """;

    /// <summary>For a follower that is behind.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private static readonly string Sql = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        with past as (delete from public.message_windows where user_id = $1 and slot <= $3 - {SignalRules.FloodSlots}),
        counted as (
            insert into public.message_windows (user_id, slot, conversation_id, sent) values ($1, $3, $2, 1)
            on conflict (user_id, slot, conversation_id) do update set sent = message_windows.sent + 1 returning sent)
        select counted.sent + coalesce(sum(w.sent) filter (where w.conversation_id = $2), 0), counted.sent + coalesce(sum(w.sent), 0)
        from counted left join public.message_windows w
            on w.user_id = $1 and w.slot > $3 - {SignalRules.FloodSlots} and not (w.slot = $3 and w.conversation_id = $2)
        group by counted.sent
        """);

    /// <summary>Takes away what was left by those who write no more.</summary>
    public static async Task Forget(LogDatabase safety, DateTimeOffset now, CancellationToken ct)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand("delete from public.message_windows where slot < $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = SignalRules.SlotOf(now - KeptFor) });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    public Effect? Handle(RecordedEvent recorded) =>
        recorded.Data is MessageSent sent ? (transaction, ct) => Take(sent, recorded, transaction, ct) : null;

    private async Task Take(MessageSent sent, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        int toOne, toAll;
        await using (var command = new NpgsqlCommand(Sql, transaction.Connection, transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = sent.SenderId.Value });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = recorded.StreamId });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = SignalRules.SlotOf(recorded.Time) });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await reader.ReadAsync(ct).ConfigureAwait(false);
            (toOne, toAll) = ((int)reader.GetInt64(0), (int)reader.GetInt64(1));
        }

        if (SignalRules.IsMessageFlood(toOne, toAll))
        {
            await signals.Notice(
                SignalRules.IdOf(sent.SenderId, SignalKind.MessageFlood, recorded.Time),
                sent.SenderId,
                SignalKind.MessageFlood,
                "messaging",
                recorded.Time,
                SignalRules.WeightOf(SignalKind.MessageFlood),
                string.Create(CultureInfo.InvariantCulture, $"{toOne} messages to one conversation within a minute, {toAll} to all"),
                ct).ConfigureAwait(false);
        }
    }
}
