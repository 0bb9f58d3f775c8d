using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>Which events of a log are looked for; what is null is not asked about.</summary>
/// <param name="Types">Names of events, without versions.</param>
/// <param name="Actor">Who recorded them: a person's id, or <c>system</c>.</param>
/// <param name="Correlation">The request that they belong to.</param>
public sealed record EventFilter(IReadOnlyList<string>? Types = null, string? Actor = null, string? Correlation = null);

/// <summary>An event as a reader without keys sees it.</summary>
/// <param name="Type">With its version, as stored.</param>
/// <param name="Recorded">Null when this build cannot read it.</param>
public sealed record BrowsedEvent(long Position, Guid Id, Guid StreamId, long Version, string Type, DateTimeOffset Time, RecordedEvent? Recorded);

/// <summary>Events that were found, and how far the log was looked through for them.</summary>
/// <param name="LookedTo">The lowest position, or the highest when it went forwards, that has been looked at.</param>
public sealed record BrowsedPage(IReadOnlyList<BrowsedEvent> Events, long LookedTo);

/// <summary>What a log knows of a stream as a whole.</summary>
public sealed record BrowsedStream(string Type, long Version, DateTimeOffset Created, bool IsArchived);

/// <summary>
/// Reads a log for people who look for something in it, with what is sealed left sealed. No index serves the many ways in
/// which one may ask, since each would cost every append; instead a page looks through a stretch of bounded length, and says
/// how far it came. Only what belongs to one request is found by an index (004_browse.sql), which costs next to nothing.
/// </summary>
public sealed class LogBrowser(LogDatabase database)
{
    /// <summary>Positions that one page looks through; 0.15 s on two cores.</summary>
    public const int LookThroughMax = 100_000;

    private readonly string events = $"{database.LogSchema}.mt_events";

    /// <summary>Newest first, before a position.</summary>
    public async Task<BrowsedPage> Before(long before, long after, EventFilter filter, int limit, CancellationToken ct = default)
    {
        long from = Math.Min(before, await Head(ct).ConfigureAwait(false) + 1);
        long lowest = Math.Max(after, from - 1 - LookThroughMax);
        List<BrowsedEvent> found = await Read(
            $"""
            select {EventReader.Columns} from {events} e
            where e.seq_id < $1 and e.seq_id > $2
              and ($3::varchar[] is null or e.type = any($3)) and ($4::text is null or e.headers ->> 'actor' = $4)
              and ($5::varchar is null or e.correlation_id = $5)
            order by e.seq_id desc limit $6
            """,
            ct,
            Value(from),
            Value(lowest),
            Value(filter.Types is null ? null : database.Types.StoredNames(filter.Types).ToArray()),
            Value(filter.Actor),
            Value(filter.Correlation),
            Value(limit)).ConfigureAwait(false);
        return new BrowsedPage(found, found.Count == limit ? found[^1].Position : lowest + 1);
    }

    /// <summary>Oldest first, after a position: what a read model is made of.</summary>
    public async Task<BrowsedPage> After(long after, int limit, CancellationToken ct = default)
    {
        List<BrowsedEvent> found = await Read(
            $"select {EventReader.Columns} from {events} e where e.seq_id > $1 order by e.seq_id limit $2", ct, Value(after), Value(limit)).ConfigureAwait(false);
        return new BrowsedPage(found, found.Count > 0 ? found[^1].Position : after);
    }

    public async Task<BrowsedEvent?> At(long position, CancellationToken ct = default) =>
        (await Read($"select {EventReader.Columns} from {events} e where e.seq_id = $1", ct, Value(position)).ConfigureAwait(false)).FirstOrDefault();

    /// <summary>All that one request recorded here, itself or by what answered it; in order.</summary>
    public Task<List<BrowsedEvent>> OfRequest(string correlation, int limit, CancellationToken ct = default) => Read(
        $"select {EventReader.Columns} from {events} e where e.correlation_id = $1 order by e.seq_id limit $2", ct, Value(correlation), Value(limit));

    /// <summary>A stream's events after a version, in order.</summary>
    public Task<List<BrowsedEvent>> OfStream(Guid stream, long afterVersion, int limit, CancellationToken ct = default) => Read(
        $"select {EventReader.Columns} from {events} e where e.stream_id = $1 and e.version > $2 order by e.version limit $3", ct, Value(stream), Value(afterVersion), Value(limit));

    /// <returns>Null when the log has no such stream.</returns>
    public async Task<BrowsedStream?> Stream(Guid stream, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            $"select coalesce(type, ''), version, created, coalesce(is_archived, false) from {database.LogSchema}.mt_streams where id = $1");
        command.Parameters.Add(Value(stream));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false)
            ? new BrowsedStream(reader.GetString(0), reader.GetInt64(1), new DateTimeOffset(reader.GetDateTime(2)), reader.GetBoolean(3))
            : null;
    }

    public async Task<long> Head(CancellationToken ct = default)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand($"select position from {database.LogSchema}.wya_log_head");
        return (long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    /// <summary>The last position that was recorded at or before a time.</summary>
    public async Task<long> PositionAsOf(DateTimeOffset time, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand($"select {database.LogSchema}.wya_position_as_of($1)");
        command.Parameters.Add(Value(time.UtcDateTime));
        return (long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private async Task<List<BrowsedEvent>> Read(string sql, CancellationToken ct, params NpgsqlParameter[] values)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(sql);
        command.Parameters.AddRange(values);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        var types = new EventReader(database.Types);
        List<BrowsedEvent> found = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            RecordedEvent? recorded = null;
            try
            {
                recorded = types.Read(reader);
            }
            catch (Exception unreadable) when (unreadable is not NpgsqlException)
            {
                // Another build wrote it: what it is called, and where it stands, is known.
            }

            found.Add(new BrowsedEvent(
                reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetString(4), new DateTimeOffset(reader.GetDateTime(5)), recorded));
        }

        return found;
    }
}
