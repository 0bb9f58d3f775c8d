using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>One position of a chained log, as far as it is there.</summary>
/// <param name="Entry">Null when the event is missing, or has no salt to digest its context with.</param>
/// <param name="HasEvent">There is an event, chained or not.</param>
/// <param name="Microseconds">When it was recorded, since the year 2000; 0 without an event.</param>
/// <param name="IsHidden">It is marked as archived: readers pass over it.</param>
/// <param name="Leaf">As stored; null when the position is not chained.</param>
/// <param name="Chain">Likewise.</param>
public sealed record ChainedPosition(long Position, ChainEntry? Entry, bool HasEvent, long Microseconds, bool IsHidden, byte[]? Leaf, byte[]? Chain);

/// <summary>Reads a chained log as it stands in its tables: nothing is taken from any memory.</summary>
public sealed class ChainedLog(NpgsqlDataSource dataSource, string logSchema = "log")
{
    private const int PagePositions = 1_000;

    public static byte[] ChainBeforeFirst => new byte[MerkleTree.HashBytes];

    public static byte[] Link(ReadOnlySpan<byte> chain, ReadOnlySpan<byte> leaf) => SHA256.HashData([.. chain, .. leaf]);

    /// <summary>The last position that the log's head, its events or its chain know of, and the head by itself.</summary>
    public async Task<(long Last, long Head)> End(CancellationToken ct)
    {
        await using NpgsqlCommand command = dataSource.CreateCommand(
            $"""
            select greatest(h.position, (select max(seq_id) from {logSchema}.mt_events), (select max(seq_id) from {logSchema}.wya_chain)), h.position
            from {logSchema}.wya_log_head h
            """);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? (reader.GetInt64(0), reader.GetInt64(1)) : (0, 0);
    }

    /// <summary>Positions above one and up to another, ascending; one that is in neither table is left out, and a doubled one comes twice.</summary>
    public async IAsyncEnumerable<ChainedPosition> Read(long after, long to, [EnumeratorCancellation] CancellationToken ct = default)
    {
        while (after < to)
        {
            // By position, not by count: none is lost between two pages, however often it is there.
            long end = to - after > PagePositions ? after + PagePositions : to;
            await using NpgsqlCommand command = Command(
                $"""
                select coalesce(e.seq_id, c.seq_id), e.seq_id is not null, coalesce(e.id, $3), coalesce(e.stream_id, $3), coalesce(e.version, 0),
                       coalesce(timestamptz_send(e.timestamp), ''), coalesce(e.type, ''), e.tenant_id, e.mt_dotnet_type, e.correlation_id,
                       e.causation_id, e.headers::text, e.bdata, coalesce(e.data::text, ''), coalesce(e.is_archived, false), c.salt, c.leaf, c.chain
                from (select * from {logSchema}.mt_events where seq_id > $1 and seq_id <= $2) e
                full join (select * from {logSchema}.wya_chain where seq_id > $1 and seq_id <= $2) c on c.seq_id = e.seq_id
                order by 1
                """,
                after,
                end);
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Empty });
            bool isEmpty = true;
            await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
            {
                while (await reader.ReadAsync(ct).ConfigureAwait(false))
                {
                    isEmpty = false;
                    yield return Row(reader);
                }
            }

            after = isEmpty ? await Before(end, to, ct).ConfigureAwait(false) : end;
        }
    }

    /// <summary>The stored leaves of positions above one and up to another: what proofs are made of.</summary>
    /// <exception cref="InvalidDataException">One is missing.</exception>
    public async Task<IReadOnlyList<byte[]>> Leaves(long after, long to, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command($"select leaf from {logSchema}.wya_chain where seq_id > $1 and seq_id <= $2 order by seq_id", after, to);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<byte[]> leaves = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            leaves.Add(reader.GetFieldValue<byte[]>(0));
        }

        return leaves.Count == to - after ? leaves : throw new InvalidDataException("The chain has a hole: a leaf is missing.");
    }

    /// <summary>Where to read on after a page that held nothing.</summary>
    private async Task<long> Before(long after, long to, CancellationToken ct)
    {
        await using NpgsqlCommand command = Command(
            $"""
            select least((select min(seq_id) from {logSchema}.mt_events where seq_id > $1 and seq_id <= $2),
                         (select min(seq_id) from {logSchema}.wya_chain where seq_id > $1 and seq_id <= $2)) - 1
            """,
            after,
            to);
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is long before ? before : to;
    }

    private NpgsqlCommand Command(string sql, long after, long to)
    {
        NpgsqlCommand command = dataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        return command;
    }

    private static ChainedPosition Row(NpgsqlDataReader reader)
    {
        long position = reader.GetInt64(0);
        bool hasEvent = reader.GetBoolean(1), isChained = !reader.IsDBNull(15);
        long microseconds = Bytes(5) is { Length: sizeof(long) } time ? BinaryPrimitives.ReadInt64BigEndian(time) : 0;
        return new ChainedPosition(
            position,
            hasEvent && isChained
                ? new ChainEntry(
                    position,
                    ChainEntry.DayOf(microseconds),
                    reader.GetString(6),
                    reader.GetString(13),
                    ChainEntry.ContextOf(
                        reader.GetGuid(15),
                        reader.GetGuid(2),
                        reader.GetGuid(3),
                        reader.GetInt64(4),
                        microseconds,
                        from column in Enumerable.Range(7, 5) select reader.IsDBNull(column) ? null : reader.GetString(column),
                        reader.IsDBNull(12) ? null : Bytes(12)))
                : null,
            hasEvent,
            microseconds,
            reader.GetBoolean(14),
            isChained ? Bytes(16) : null,
            isChained ? Bytes(17) : null);

        byte[] Bytes(int column) => reader.IsDBNull(column) ? [] : reader.GetFieldValue<byte[]>(column);
    }
}
