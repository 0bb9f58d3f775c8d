using System.Text;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using Wya.EventStore;
using Wya.Testing;

namespace Wya.Bench.Engine;

/// <summary>
/// The reference: the least work of a correct append. One prepared statement an event checks and bumps the stream's row
/// and inserts the event; same tables, columns, keys and indexes, in a database of its own; auto-commit; a connection a
/// caller. Its positions come from the sequence, so nothing orders the readers: that is the part that it may leave out.
/// </summary>
internal sealed class RawLog : IAsyncDisposable
{
    public const int ConnectionsMax = 90;

    private const string AppendSql =
        """
        with bumped as (
            update log.mt_streams set version = version + 1, timestamp = now() where id = $1 and version = $2 returning version)
        insert into log.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers)
        select nextval('log.mt_events_sequence'), $3, $1, b.version, $4, $5, now(), $6, $7, $8, $9 from bumped b
        """;

    private static readonly byte[] Headers = Encoding.UTF8.GetBytes("""{"actor":"system","source":"bench","schema_version":1}""");

    private readonly TestDatabase database;
    private readonly NpgsqlConnection[] connections;
    private readonly NpgsqlCommand[] commands;
    private readonly OwnStreams[] streams;
    private long position = 1_000_000; // of COPY, beyond those of the sequence

    private RawLog(TestDatabase database, NpgsqlConnection[] connections, OwnStreams[] streams)
    {
        this.database = database;
        this.connections = connections;
        this.streams = streams;
        commands = [.. connections.Select(Command)];
    }

    public int Callers => connections.Length;

    public static async Task<RawLog> Create(int callers, int streamsEachCaller)
    {
        TestDatabase database = await TestPostgres.CreateDatabase("bench", Conversation.Types);
        var connections = new NpgsqlConnection[Math.Min(callers, ConnectionsMax)];
        var streams = connections.Select(_ => new OwnStreams(streamsEachCaller)).ToArray();
        for (int i = 0; i < connections.Length; i++)
        {
            connections[i] = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await connections[i].OpenAsync();
        }

        var log = new RawLog(database, connections, streams);
        await log.CreateStreams();
        foreach (NpgsqlCommand command in log.commands)
        {
            await command.PrepareAsync();
        }

        return log;
    }

    /// <summary>One event, one statement, one commit.</summary>
    public async Task<int> Append(int caller)
    {
        OwnStreams own = streams[caller];
        int i = own.Next();
        NpgsqlParameterCollection parameters = commands[caller].Parameters;
        ((NpgsqlParameter<Guid>)parameters[0]).TypedValue = own.Ids[i];
        ((NpgsqlParameter<long>)parameters[1]).TypedValue = own.Versions[i];
        ((NpgsqlParameter<Guid>)parameters[2]).TypedValue = Guid.NewGuid();
        ((NpgsqlParameter<byte[]>)parameters[3]).TypedValue = Payload(caller, own.Versions[i]);
        if (await commands[caller].ExecuteNonQueryAsync() != 1)
        {
            throw new InvalidOperationException("A raw append did not insert its event.");
        }

        own.Versions[i]++;
        return 1;
    }

    /// <summary>COPY BINARY of rows of one stream into the events table, one transaction; the stream's row is left alone.</summary>
    public async Task<int> Copy(int caller, int count)
    {
        OwnStreams own = streams[caller];
        int i = own.Next();
        EventType type = Conversation.Types.All.Single();
        DateTime now = DateTime.UtcNow;
        long first = Interlocked.Add(ref position, count) - count;
        await using NpgsqlBinaryImporter copy = await connections[caller].BeginBinaryImportAsync(
            """
            copy log.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, headers)
            from stdin (format binary)
            """);
        for (int n = 1; n <= count; n++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(first + n, NpgsqlDbType.Bigint);
            await copy.WriteAsync(Guid.NewGuid(), NpgsqlDbType.Uuid);
            await copy.WriteAsync(own.Ids[i], NpgsqlDbType.Uuid);
            await copy.WriteAsync(own.Versions[i] + n, NpgsqlDbType.Bigint);
            await copy.WriteAsync(Payload(caller, own.Versions[i] + n), NpgsqlDbType.Jsonb);
            await copy.WriteAsync(type.CurrentStoredName, NpgsqlDbType.Varchar);
            await copy.WriteAsync(now, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(type.ClrName, NpgsqlDbType.Varchar);
            await copy.WriteNullAsync();
            await copy.WriteNullAsync();
            await copy.WriteAsync(Headers, NpgsqlDbType.Jsonb);
        }

        await copy.CompleteAsync();
        own.Versions[i] += count;
        return count;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        await database.DisposeAsync();
    }

    private static byte[] Payload(int caller, long number) =>
        JsonSerializer.SerializeToUtf8Bytes(Conversation.Message(caller, number), EventJson.Options);

    private static NpgsqlCommand Command(NpgsqlConnection connection)
    {
        EventType type = Conversation.Types.All.Single();
        return new NpgsqlCommand(AppendSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid>(), new NpgsqlParameter<long>(), new NpgsqlParameter<Guid>(),
                new NpgsqlParameter<byte[]> { NpgsqlDbType = NpgsqlDbType.Jsonb, TypedValue = [] },
                new NpgsqlParameter<string> { TypedValue = type.CurrentStoredName },
                new NpgsqlParameter<string> { TypedValue = type.ClrName },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = DBNull.Value },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = DBNull.Value },
                new NpgsqlParameter<byte[]> { NpgsqlDbType = NpgsqlDbType.Jsonb, TypedValue = Headers },
            },
        };
    }

    private async Task CreateStreams()
    {
        await using var insert = new NpgsqlCommand(
            """
            insert into log.mt_streams (id, type, version, timestamp, created) select id, $2, 0, now(), now() from unnest($1) id
            """,
            connections[0]);
        insert.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. streams.SelectMany(own => own.Ids)] });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Conversation.Stream.Name });
        await insert.ExecuteNonQueryAsync();
        foreach (OwnStreams own in streams)
        {
            Array.Fill(own.Versions, 0L);
        }

        // A first event in each, so that the first timed append finds tables and statistics as a database in use has them.
        for (int caller = 0; caller < streams.Length; caller++)
        {
            await Append(caller);
        }

        await database.Execute("vacuum (analyze) log.mt_events, log.mt_streams");
    }
}
