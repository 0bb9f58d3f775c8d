using System.Data;
using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Wya.EventStore.Postgres;

public sealed partial class PostgresEventStore
{
    private const int OpenedTogetherMax = 256;
    private const string ConfirmsSql = "select (current_setting('synchronous_standby_names') <> '')::int";

    public IAsyncEnumerable<RecordedEvent> ReadStream(Guid streamId, StreamRange? range = null, CancellationToken ct = default) =>
        ReadStream(streamId, range ?? new StreamRange(), passing: null, ct);

    /// <param name="passing">Events whose names begin with this are left out; an index over the others makes that cheap.</param>
    private async IAsyncEnumerable<RecordedEvent> ReadStream(
        Guid streamId, StreamRange range, string? passing, [EnumeratorCancellation] CancellationToken ct)
    {
        string direction = range.Backwards ? "desc" : "asc";
        string limit = range.Limit == int.MaxValue ? "" : "limit $5";
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            $"""
            select {EventReader.Columns} from {database.LogSchema}.mt_events e
            where e.stream_id = $1 and e.version between $2 and $3 {(range.AsOf is null ? "" : "and e.timestamp <= $4")}
            {(range.IncludeArchived ? "" : "and not e.is_archived")} {(passing is null ? "" : $"and e.type not like '{passing}%'")}
            order by e.version {direction} {limit}
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = range.From });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = range.To });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (range.AsOf ?? DateTimeOffset.UnixEpoch).UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = range.Limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(CommandBehavior.Default, ct).ConfigureAwait(false);
        await foreach (RecordedEvent recorded in Opened(reader, new EventReader(database.Types), ct).ConfigureAwait(false))
        {
            yield return recorded;
        }
    }

    public async IAsyncEnumerable<RecordedEvent> ReadLog(LogRange range, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var events = new EventReader(database.Types);
        long after = range.After;
        long to = Math.Min(range.To, await Head(ct).ConfigureAwait(false));
        IReadOnlyList<string>? storedNames = range.Types is null ? null : database.Types.StoredNames(range.Types);
        while (after < to)
        {
            // Pages by position, not by count: a filter cannot make one page scan the rest of the log.
            long pageEnd = Math.Min(after + 5_000, to);
            await using NpgsqlCommand command = database.DataSource.CreateCommand(
                $"""
                select {EventReader.Columns} from {database.LogSchema}.mt_events e
                where e.seq_id > $1 and e.seq_id <= $2 {(storedNames is null ? "" : "and e.type = any($3)")}
                {(range.IncludeArchived ? "" : "and not e.is_archived")}
                order by e.seq_id
                """);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = pageEnd });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. storedNames ?? []] });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await foreach (RecordedEvent recorded in Opened(reader, events, ct).ConfigureAwait(false))
            {
                yield return recorded;
            }

            after = pageEnd;
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Whoever finds it tells somebody that it is recorded. Where commits wait for a standby, a row may be seen whose own
    /// commit has not been confirmed, because the wait for it was cut short; so it is waited for here.
    /// </remarks>
    public async Task<RecordedEvent?> FindEvent(Guid eventId, CancellationToken ct = default)
    {
        RecordedEvent? found = await Find(eventId, ct).ConfigureAwait(false);
        return found is null
            || await Scalar(ConfirmsSql, null, ct).ConfigureAwait(false) == 0
            || await IsConfirmed(found, ct).ConfigureAwait(false)
                ? found
                : null;
    }

    /// <summary>As it is seen, confirmed or not.</summary>
    private async Task<RecordedEvent?> Find(Guid eventId, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            $"select {EventReader.Columns} from {database.LogSchema}.mt_events e where e.id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = eventId });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        if (!await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            return null;
        }

        RecordedEvent found = new EventReader(database.Types).Read(reader);
        await database.Seals.Open([found], ct: ct).ConfigureAwait(false);
        return found;
    }

    private Task<long> Version(Guid streamId) =>
        Scalar($"select coalesce((select version from {database.LogSchema}.mt_streams where id = $1), 0)", new NpgsqlParameter<Guid> { TypedValue = streamId }, default);

    public Task<long> Head(CancellationToken ct = default) =>
        Scalar($"select position from {database.LogSchema}.wya_log_head", null, ct);

    public Task<long> PositionAsOf(DateTimeOffset time, CancellationToken ct = default) =>
        Scalar($"select {database.LogSchema}.wya_position_as_of($1)", new NpgsqlParameter<DateTime> { TypedValue = time.UtcDateTime }, ct);

    /// <summary>The rows as events, opened some at a time so that their keys take one round trip, and memory stays bounded.</summary>
    private async IAsyncEnumerable<RecordedEvent> Opened(
        NpgsqlDataReader reader, EventReader events, [EnumeratorCancellation] CancellationToken ct)
    {
        List<RecordedEvent> some = new(OpenedTogetherMax);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            some.Add(events.Read(reader));
            if (some.Count < OpenedTogetherMax && database.Seals.HasKeys)
            {
                continue;
            }

            await database.Seals.Open(some, ct: ct).ConfigureAwait(false);
            foreach (RecordedEvent recorded in some)
            {
                yield return recorded;
            }

            some.Clear();
        }

        await database.Seals.Open(some, ct: ct).ConfigureAwait(false);
        foreach (RecordedEvent recorded in some)
        {
            yield return recorded;
        }
    }

    private async Task<long> Scalar(string sql, NpgsqlParameter? argument, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(sql);
        if (argument is not null)
        {
            command.Parameters.Add(argument);
        }

        return Convert.ToInt64(await command.ExecuteScalarAsync(ct).ConfigureAwait(false), CultureInfo.InvariantCulture);
    }
}
