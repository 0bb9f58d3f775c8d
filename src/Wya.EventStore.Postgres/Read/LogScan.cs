using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>The events up to a position, in order. It may have fewer events than positions: archived ones are passed over.</summary>
internal sealed record ScannedPage(long To, ArraySegment<LogEntry> Events);

/// <summary>
/// Reads a long stretch of a log in order, a page ahead of its consumer: while one page is folded, a second thread reads
/// the next one and turns it into objects, on a connection of its own. Pages are read by position, each in a statement of
/// its own, so that no snapshot is held for long.
/// Invariant: positions are dense, so every position up to the end must be there; one that is missing was destroyed, and
/// the scan ends with an alarm rather than passing over it.
/// Memory: at most three pages, each bounded by its events and its bytes.
/// </summary>
internal sealed class LogScan(LogDatabase database, int pageEvents, bool includeArchived = false) : IAsyncDisposable
{
    private const int PageBytesMax = 16 * 1024 * 1024;
    private const int ArchivedColumn = EventReader.ColumnCount;

    private readonly EventReader events = new(database.Types);
    private readonly string sql =
        $"""
        select {EventReader.Columns}, e.is_archived from {database.LogSchema}.mt_events e
        where e.seq_id > $1 and e.seq_id <= $2 order by e.seq_id
        """;

    private readonly string streamSql =
        $"""
        select {EventReader.Columns}, e.is_archived from {database.LogSchema}.mt_events e
        where e.stream_id = $3 and e.seq_id > $1 and e.seq_id <= $2 order by e.version
        """;

    private NpgsqlConnection? connection;

    /// <summary>After one position, up to and including another, which must be committed.</summary>
    /// <exception cref="InvalidDataException">The log has a hole.</exception>
    public async IAsyncEnumerable<ScannedPage> Pages(long after, long to, [EnumeratorCancellation] CancellationToken ct)
    {
        if (to - after <= pageEvents)
        {
            await foreach (ScannedPage page in Range(after, to, ct).ConfigureAwait(false))
            {
                yield return page;
            }

            yield break;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var ahead = Channel.CreateBounded<ScannedPage>(new BoundedChannelOptions(1) { SingleReader = true, SingleWriter = true });
        Task reading = Task.Run(() => ReadAhead(ahead.Writer, after, to, stop.Token), CancellationToken.None);
        try
        {
            await foreach (ScannedPage page in ahead.Reader.ReadAllAsync(ct).ConfigureAwait(false))
            {
                yield return page;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    /// <summary>The events of one stream between two positions, in order.</summary>
    public async Task<List<LogEntry>> Stream(Guid streamId, long after, long to, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(await Connection(ct).ConfigureAwait(false), streamSql, after, to);
        command.Parameters.Add(Sql.Value(streamId));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<LogEntry> found = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            if (includeArchived || !reader.GetBoolean(ArchivedColumn))
            {
                found.Add(Entry(reader, reader.GetInt64(0)));
            }
        }

        await database.Seals.Open(found, found.Count, ct).ConfigureAwait(false);
        return found;
    }

    public ValueTask DisposeAsync() => connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Ends the channel with what ended the reading, so it never throws itself.</summary>
    private async Task ReadAhead(ChannelWriter<ScannedPage> pages, long after, long to, CancellationToken ct)
    {
        try
        {
            for (long from = after; from < to; from += pageEvents)
            {
                await foreach (ScannedPage page in Range(from, Math.Min(from + pageEvents, to), ct).ConfigureAwait(false))
                {
                    await pages.WriteAsync(page, ct).ConfigureAwait(false);
                }
            }

            pages.Complete();
        }
        catch (Exception failure)
        {
            pages.TryComplete(failure);
        }
    }

    /// <summary>One page, or several if it holds too many bytes.</summary>
    private async IAsyncEnumerable<ScannedPage> Range(long after, long to, [EnumeratorCancellation] CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(await Connection(ct).ConfigureAwait(false), sql, after, to);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        var page = new LogEntry[to - after];
        int count = 0;
        long bytes = 0;
        long position = after;
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            if (reader.GetInt64(0) != position + 1)
            {
                break;
            }

            position++;
            if (!includeArchived && reader.GetBoolean(ArchivedColumn))
            {
                continue;
            }

            page[count++] = Entry(reader, position);
            bytes += events.PayloadBytes;
            if (bytes > PageBytesMax)
            {
                await database.Seals.Open(page, count, ct).ConfigureAwait(false);
                yield return new ScannedPage(position, new ArraySegment<LogEntry>(page, 0, count));
                (page, count, bytes) = (new LogEntry[to - position], 0, 0);
            }
        }

        if (position != to)
        {
            throw new InvalidDataException($"The log has a hole at position {position + 1}.");
        }

        await database.Seals.Open(page, count, ct).ConfigureAwait(false);
        yield return new ScannedPage(to, new ArraySegment<LogEntry>(page, 0, count));
    }

    private LogEntry Entry(NpgsqlDataReader reader, long position)
    {
        try
        {
            RecordedEvent recorded = events.Read(reader);
            return new LogEntry(position, recorded.StreamId, recorded, null);
        }
        catch (Exception unreadable) when (unreadable is not NpgsqlException)
        {
            // The row is in memory, so this is about its content: an unknown type, or a payload that does not fit.
            return new LogEntry(position, reader.GetGuid(2), null, FailurePlace.Of(unreadable));
        }
    }

    private async Task<NpgsqlConnection> Connection(CancellationToken ct) =>
        connection ??= await RebuildConnection.Open(database, ct).ConfigureAwait(false);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long after, long to)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(Sql.Value(after));
        command.Parameters.Add(Sql.Value(to));
        return command;
    }
}
