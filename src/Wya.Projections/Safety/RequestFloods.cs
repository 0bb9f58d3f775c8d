using System.Globalization;
using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Counts whom each person has asked, to talk or to be friends, without an answer or with a no, and notices when it is many.
/// Whoever is accepted is counted no more, so that to be liked is no flood. A row names a conversation or a pair, and who asked.
/// </summary>
public sealed class RequestFloods(SignalWriter signals)
{
    public const string OfMessaging = "SignalsOfRequests";
    public const string OfGraph = "SignalsOfFriendRequests";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string CreateSql =
        """
        create table if not exists public.contact_requests (
            id          uuid primary key,
            asker_id    uuid not null,
            asked_at    timestamptz not null,
            declined_at timestamptz null
        );
        create index if not exists contact_requests_of_asker on public.contact_requests (asker_id, asked_at);
        grant select, insert, update, delete on public.contact_requests to {app};
        """;

    private const string Asked =
        """
        insert into public.contact_requests (id, asker_id, asked_at) values ($1, $2, $3)
        on conflict (id) do update set asker_id = $2, asked_at = $3, declined_at = null
        """;

    private const string Declined = "update public.contact_requests set declined_at = $2 where id = $1 returning asker_id";

    private const string Accepted = "delete from public.contact_requests where id = $1";

    private const string Past = "delete from public.contact_requests where asker_id = $1 and greatest(asked_at, declined_at) <= $2";

    private const string Count =
        """
        select count(*) filter (where asked_at > $2), count(*) filter (where declined_at > $3)
        from public.contact_requests where asker_id = $1
        """;

    public Effect? Conversation(RecordedEvent recorded) => recorded.Data switch
    {
        ConversationRequested requested => (transaction, ct) => Ask(requested.By, "messaging", recorded, transaction, ct),
        RequestDeclined => (transaction, ct) => Decline("messaging", recorded, transaction, ct),
        RequestAccepted => (transaction, ct) => Execute(transaction, Accepted, ct, recorded.StreamId),
        _ => null,
    };

    public Effect? Edge(RecordedEvent recorded) => recorded.Data switch
    {
        FriendRequested requested => (transaction, ct) => Ask(requested.UserId, "graph", recorded, transaction, ct),
        FriendRequestDeclined => (transaction, ct) => Decline("graph", recorded, transaction, ct),
        FriendAdded => (transaction, ct) => Execute(transaction, Accepted, ct, recorded.StreamId),
        _ => null,
    };

    private async Task Ask(UserId asker, string source, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await Execute(transaction, Past, ct, asker.Value, (recorded.Time - SignalRules.DeclinesWithin).UtcDateTime).ConfigureAwait(false);
        await Execute(transaction, Asked, ct, recorded.StreamId, asker.Value, recorded.Time.UtcDateTime).ConfigureAwait(false);
        await Look(asker, source, recorded, transaction, ct).ConfigureAwait(false);
    }

    private async Task Decline(string source, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(transaction, Declined, recorded.StreamId, recorded.Time.UtcDateTime);
        if (await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is Guid asker)
        {
            await Look(new UserId(asker), source, recorded, transaction, ct).ConfigureAwait(false);
        }
    }

    private async Task Look(UserId asker, string source, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        int waiting, declined;
        await using (NpgsqlCommand command = Command(
            transaction,
            Count,
            asker.Value,
            (recorded.Time - SignalRules.RequestsWithin).UtcDateTime,
            (recorded.Time - SignalRules.DeclinesWithin).UtcDateTime))
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            await reader.ReadAsync(ct).ConfigureAwait(false);
            (waiting, declined) = ((int)reader.GetInt64(0), (int)reader.GetInt64(1));
        }

        if (SignalRules.IsRequestFlood(waiting, declined))
        {
            await signals.Notice(
                SignalRules.IdOf(asker, SignalKind.RequestFlood, recorded.Time),
                asker,
                SignalKind.RequestFlood,
                source,
                recorded.Time,
                SignalRules.WeightOf(SignalKind.RequestFlood),
                string.Create(CultureInfo.InvariantCulture, $"{waiting} requests within a day, {declined} declined within a week"),
                ct).ConfigureAwait(false);
        }
    }

    private static async Task Execute(NpgsqlTransaction transaction, string sql, CancellationToken ct, params object[] values)
    {
        await using NpgsqlCommand command = Command(transaction, sql, values);
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, transaction.Connection, transaction);
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
