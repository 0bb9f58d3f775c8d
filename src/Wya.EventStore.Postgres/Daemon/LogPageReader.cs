using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Reads a log in pages and proves each page complete.
/// Invariant: positions are dense and become visible in order, because every append holds the head row to its commit.
/// So whoever reads the head first and the events after it must find every position up to that head; one that is missing
/// was never written or has been destroyed, and no waiting will bring it. It is reported, never passed over.
/// Cost: one round trip a page.
/// </summary>
/// <param name="opens">False for who needs no sealed value: they stay sealed, and no key is fetched.</param>
internal sealed class LogPageReader(LogDatabase source, bool opens = true)
{
    private const int ArchivedColumn = 10;

    private readonly string headSql = $"select position from {source.LogSchema}.wya_log_head";
    private readonly string pageSql =
        $"""
        select {EventReader.Columns}, coalesce(e.is_archived, false) from {source.LogSchema}.mt_events e
        where e.seq_id > $1 order by e.seq_id limit $2
        """;
    private readonly string pickSql =
        $"""
        select {EventReader.Columns}, coalesce(e.is_archived, false) from {source.LogSchema}.mt_events e
        where e.seq_id = any($1) order by e.seq_id
        """;
    private readonly EventReader events = new(source.Types);

    public async Task<LogPage> Read(long after, int eventsMax, int bytesMax, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await source.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        var page = new NpgsqlBatchCommand(pageSql);
        page.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        page.Parameters.Add(new NpgsqlParameter<int> { TypedValue = eventsMax });
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(headSql), page } };
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        long head = reader.GetInt64(0);
        await reader.NextResultAsync(ct).ConfigureAwait(false);

        List<LogEntry> entries = [];
        long to = after, bytes = 0;
        long? hole = null;
        DateTimeOffset? oldest = null;
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            if (reader.GetInt64(0) != to + 1)
            {
                hole = to + 1;
                break;
            }

            to++;
            oldest ??= new DateTimeOffset(reader.GetDateTime(5));
            if (!reader.GetBoolean(ArchivedColumn))
            {
                entries.Add(Entry(reader));
                bytes += events.PayloadBytes;
            }

            if (bytes > bytesMax)
            {
                batch.Cancel(); // closing the reader would otherwise fetch the rest, only to throw it away
                break;
            }
        }

        if (bytes <= bytesMax && to - after < eventsMax && to < head)
        {
            hole ??= to + 1;
        }

        await reader.DisposeAsync().ConfigureAwait(false);
        await Open(entries, ct).ConfigureAwait(false);
        return new LogPage(after, to, head, entries, hole, oldest);
    }

    /// <summary>Single events, in order; of an archived one only the position, since there is nothing to apply.</summary>
    /// <exception cref="LogHoleException">One is not there.</exception>
    public async Task<List<LogEntry>> Pick(IReadOnlyCollection<long> positions, CancellationToken ct)
    {
        await using NpgsqlCommand command = source.DataSource.CreateCommand(pickSql);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. positions] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<LogEntry> entries = [];
        HashSet<long> missing = [.. positions];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            missing.Remove(reader.GetInt64(0));
            entries.Add(reader.GetBoolean(ArchivedColumn)
                ? new LogEntry(reader.GetInt64(0), reader.GetGuid(2), null, null)
                : Entry(reader));
        }

        await Open(entries, ct).ConfigureAwait(false);
        return missing.Count == 0 ? entries : throw new LogHoleException(missing.Min());
    }

    private Task Open(List<LogEntry> entries, CancellationToken ct) =>
        opens ? source.Seals.Open(entries, entries.Count, ct) : Task.CompletedTask;

    private LogEntry Entry(NpgsqlDataReader reader)
    {
        long position = reader.GetInt64(0);
        Guid streamId = reader.GetGuid(2);
        try
        {
            return new LogEntry(position, streamId, events.Read(reader), null);
        }
        catch (Exception failure) when (failure is not NpgsqlException)
        {
            // The row is in memory, so this is about its content: an unknown type, or a payload that does not fit.
            return new LogEntry(position, streamId, null, FailurePlace.Of(failure));
        }
    }
}

/// <summary>An event that must be in the log is not there.</summary>
internal sealed class LogHoleException(long position) : Exception("The log has a hole.")
{
    public long Position { get; } = position;
}
