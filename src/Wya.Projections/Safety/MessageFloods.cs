using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Counts what each person sends within a minute, by the times of messaging's events, and notices when it is a flood. Rows
/// live for that minute: who writes again takes those away that are older. Two statements for a page of messages, which it counts
/// in their order between them, and nothing of what they say.
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

    private const string ReadSql =
        """
        select user_id, slot, conversation_id, sent from public.message_windows where user_id = any($1) and slot > $2
        """;

    // In the order of their keys, so that those who count at the same moment wait for each other and do not stand in a ring.
    private const string WriteSql =
        """
        with past as (
            delete from public.message_windows w using unnest($1, $2) as kept (user_id, after) where w.user_id = kept.user_id and w.slot <= kept.after)
        insert into public.message_windows (user_id, slot, conversation_id, sent)
        select * from unnest($3, $4, $5, $6) as counted (user_id, slot, conversation_id, sent) order by user_id, slot, conversation_id
        on conflict (user_id, slot, conversation_id) do update set sent = message_windows.sent + excluded.sent
        """;

    /// <summary>Takes away what was left by those who write no more.</summary>
    public static async Task Forget(LogDatabase safety, DateTimeOffset now, CancellationToken ct)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand("delete from public.message_windows where slot < $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = SignalRules.SlotOf(now - KeptFor) });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    public static bool Concerns(RecordedEvent recorded) => recorded.Data is MessageSent;

    public async Task Handle(IReadOnlyList<RecordedEvent> messages, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (messages.Count == 0)
        {
            return;
        }

        Dictionary<Guid, Minute> minutes = await Read(messages, transaction, ct).ConfigureAwait(false);
        foreach (RecordedEvent message in messages)
        {
            (int toOne, int toAll) = minutes[SenderOf(message)].Add(SignalRules.SlotOf(message.Time), message.StreamId);
            if (SignalRules.IsMessageFlood(toOne, toAll))
            {
                await Notice(message, toOne, toAll, ct).ConfigureAwait(false);
            }
        }

        await Write(minutes, transaction, ct).ConfigureAwait(false);
    }

    private static Guid SenderOf(RecordedEvent message) => ((MessageSent)message.Data).SenderId.Value;

    private static async Task<Dictionary<Guid, Minute>> Read(IReadOnlyList<RecordedEvent> messages, NpgsqlTransaction transaction, CancellationToken ct)
    {
        Dictionary<Guid, Minute> minutes = messages.Select(SenderOf).Distinct().ToDictionary(sender => sender, _ => new Minute());
        await using var command = new NpgsqlCommand(ReadSql, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. minutes.Keys] });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = messages.Min(message => SignalRules.SlotOf(message.Time)) - SignalRules.FloodSlots });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            minutes[reader.GetGuid(0)].Counted[(reader.GetInt64(1), reader.GetGuid(2))] = reader.GetInt32(3);
        }

        return minutes;
    }

    private static async Task Write(Dictionary<Guid, Minute> minutes, NpgsqlTransaction transaction, CancellationToken ct)
    {
        (Guid User, long Slot, Guid Conversation, int Sent)[] added =
        [
            .. minutes.SelectMany(minute => minute.Value.Added
                .Where(one => one.Key.Slot > minute.Value.After)
                .Select(one => (minute.Key, one.Key.Slot, one.Key.Conversation, one.Value))),
        ];
        await using var command = new NpgsqlCommand(WriteSql, transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. minutes.Keys] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. minutes.Values.Select(minute => minute.After)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. added.Select(one => one.User)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. added.Select(one => one.Slot)] });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. added.Select(one => one.Conversation)] });
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. added.Select(one => one.Sent)] });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private Task Notice(RecordedEvent message, int toOne, int toAll, CancellationToken ct)
    {
        var sender = new UserId(SenderOf(message));
        return signals.Notice(
            SignalRules.IdOf(sender, SignalKind.MessageFlood, message.Time),
            sender,
            SignalKind.MessageFlood,
            "messaging",
            message.Time,
            SignalRules.WeightOf(SignalKind.MessageFlood),
            string.Create(CultureInfo.InvariantCulture, $"{toOne} messages to one conversation within a minute, {toAll} to all"),
            ct);
    }

    /// <summary>What somebody has sent lately, by slot and conversation.</summary>
    private sealed class Minute
    {
        public Dictionary<(long Slot, Guid Conversation), int> Counted { get; } = [];

        /// <summary>The part of it that the rows do not hold yet.</summary>
        public Dictionary<(long Slot, Guid Conversation), int> Added { get; } = [];

        /// <summary>Slots that no message to come looks back at.</summary>
        public long After { get; private set; } = long.MinValue;

        /// <returns>How many there are within a minute, with this one: to its conversation, and to all.</returns>
        public (int ToOne, int ToAll) Add(long slot, Guid conversation)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(Counted, (slot, conversation), out _)++;
            CollectionsMarshal.GetValueRefOrAddDefault(Added, (slot, conversation), out _)++;
            long after = slot - SignalRules.FloodSlots;
            After = Math.Max(After, after);
            (int toOne, int toAll) = (0, 0);
            foreach (((long counted, Guid to), int sent) in Counted)
            {
                if (counted > after)
                {
                    toAll += sent;
                    toOne += to == conversation ? sent : 0;
                }
            }

            return (toOne, toAll);
        }
    }
}
