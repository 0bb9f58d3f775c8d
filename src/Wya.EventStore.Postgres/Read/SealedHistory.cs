using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Reads what some streams recorded in a stretch of the log, in the log's order, with sealed values still sealed: for
/// whoever was away. The end must be a position that is known to be complete, such as one that a <see cref="LogTail"/> has
/// passed; then nothing below it can still appear.
/// Cost: one round trip, which looks at every position of the stretch; so its length must be bounded by whoever asks.
/// </summary>
public sealed class SealedHistory(LogDatabase database)
{
    private readonly string sql =
        $"""
        select {EventReader.Columns} from {database.LogSchema}.mt_events e
        where e.seq_id > $1 and e.seq_id <= $2 and e.stream_id = any($3) and not e.is_archived and e.headers -> 'copied_from' is null
        order by e.seq_id limit $4
        """;

    /// <summary>Events that this build cannot read are left out.</summary>
    /// <param name="after">The position before the first.</param>
    /// <param name="to">The last position.</param>
    /// <returns>At most <paramref name="eventsMax"/>, and how far they reach.</returns>
    public async Task<SealedStretch> Read(IReadOnlyCollection<Guid> streams, long after, long to, int eventsMax, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. streams] });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = eventsMax });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        var events = new EventReader(database.Types);
        List<RecordedEvent> found = [];
        int rows = 0;
        long last = after;
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows++;
            last = reader.GetInt64(0);
            try
            {
                found.Add(events.Read(reader));
            }
            catch (Exception unreadable) when (unreadable is not NpgsqlException)
            {
                // A newer build beside this one has written it; this one cannot say what it means.
            }
        }

        return new SealedStretch(rows < eventsMax ? to : last, found);
    }
}

/// <summary>Some streams' events, in order.</summary>
/// <param name="To">The last position that they account for.</param>
public sealed record SealedStretch(long To, IReadOnlyList<RecordedEvent> Events);
