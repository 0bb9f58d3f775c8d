using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What operators may do with the streams that a consumer has parked, from any process. Decisions are taken under the
/// parked row's lock, recorded, and carried out by the consumer's leader: it alone applies events and frees streams.
/// </summary>
public sealed partial class DeadLetters(DaemonOptions? options = null)
{
    private readonly DaemonOptions options = options ?? new DaemonOptions();

    /// <summary>Whether the consumer has set the stream aside, so that what it says about the stream may be out of date.</summary>
    public static async Task<bool> IsParked(Consumer consumer, Guid streamId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"select exists (select from {consumer.Target.LogSchema}.wya_parked_streams where projection = $1 and stream_id = $2)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    /// <summary>In the order of their positions.</summary>
    /// <param name="after">The position of the last one of the page before.</param>
    /// <param name="deadOnly">Leave out those that are still retried by themselves.</param>
    public static Task<IReadOnlyList<DeadLetter>> List(
        Consumer consumer, long after = 0, int limit = 100, bool deadOnly = true, CancellationToken ct = default) =>
        Query(consumer, $"s.first_seq_id > $2 {(deadOnly ? "and s.state = 'dead'" : "")}", after, Math.Clamp(limit, 1, 1_000), ct);

    /// <summary>One parked stream, with what was decided about it before; null when it is not parked.</summary>
    public static async Task<(DeadLetter Letter, IReadOnlyList<DeadLetterDecision> Decisions)?> Show(
        Consumer consumer, Guid streamId, CancellationToken ct = default) =>
        await Query(consumer, "s.stream_id = $2", streamId, 1, ct).ConfigureAwait(false) is [{ } letter]
            ? (letter, await Decisions(consumer, streamId, ct).ConfigureAwait(false))
            : null;

    private static async Task<IReadOnlyList<DeadLetter>> Query<T>(Consumer consumer, string where, T value, int limit, CancellationToken ct)
    {
        string log = consumer.Target.LogSchema;
        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"""
            select s.stream_id, s.first_seq_id, s.error, s.attempts, s.state, s.parked_at, s.next_retry_at,
                   (select count(*) from {log}.wya_parked_events e where e.projection = s.projection and e.stream_id = s.stream_id)
            from {log}.wya_parked_streams s where s.projection = $1 and {where} order by s.first_seq_id limit $3
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<DeadLetter> letters = [];
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                DateTime? next = reader.IsDBNull(6) ? null : reader.GetDateTime(6);
                letters.Add(new DeadLetter(
                    consumer.Name,
                    reader.GetGuid(0),
                    reader.GetInt64(1),
                    EventType: null,
                    reader.GetString(2),
                    reader.GetInt32(3),
                    reader.GetString(4),
                    new DateTimeOffset(reader.GetDateTime(5)),
                    next is { } time && time != DateTime.MinValue ? new DateTimeOffset(time) : null,
                    reader.GetInt64(7)));
            }
        }

        Dictionary<long, string> types = await EventTypes(consumer, [.. letters.Select(letter => letter.Position)], ct).ConfigureAwait(false);
        return [.. letters.Select(letter => letter with { EventType = types.GetValueOrDefault(letter.Position) })];
    }

    private static async Task<Dictionary<long, string>> EventTypes(Consumer consumer, long[] positions, CancellationToken ct)
    {
        await using NpgsqlCommand command = consumer.Source.DataSource.CreateCommand(
            $"select seq_id, type from {consumer.Source.LogSchema}.mt_events where seq_id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = positions });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        Dictionary<long, string> types = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            string stored = reader.GetString(1);
            types[reader.GetInt64(0)] = consumer.Source.Types.Knows(stored) ? consumer.Source.Types.Stored(stored).Type.Name : stored;
        }

        return types;
    }

    private static async Task<IReadOnlyList<DeadLetterDecision>> Decisions(Consumer consumer, Guid streamId, CancellationToken ct)
    {
        await using NpgsqlCommand command = consumer.Target.DataSource.CreateCommand(
            $"""
            select seq_id, decision, reason, actor, decided_at from {consumer.Target.LogSchema}.wya_dead_letter_decisions
            where projection = $1 and stream_id = $2 order by decided_at, id limit 1000
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = consumer.Name });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<DeadLetterDecision> decisions = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            decisions.Add(new DeadLetterDecision(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), new DateTimeOffset(reader.GetDateTime(4))));
        }

        return decisions;
    }
}
