using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Bench.Engine;

/// <summary>(d) Reading a long stream into objects, against the plain SELECT of the same columns and the parse of the payload.</summary>
internal static class ReadStreamBench
{
    private const int StreamEvents = 10_000;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using OurLog ours = await OurLog.Create();
        Guid stream = await FillStream(ours, StreamEvents);
        await using var connection = new NpgsqlConnection(ours.Database.OwnerConnectionString);
        await connection.OpenAsync();
        Measured allColumns = await Rounds.Compare(
            options,
            length => Rounds.Callers(1, length, _ => Read(ours.Store, stream)),
            length => Rounds.Callers(1, length, _ => Select(connection, stream, AllColumns)));
        yield return BenchRow.Against($"(d) read {StreamEvents:#,0} events of a stream", "events/s", allColumns, 0.7);
        Measured payload = await Rounds.Compare(
            options,
            length => Rounds.Callers(1, length, _ => Read(ours.Store, stream)),
            length => Rounds.Callers(1, length, _ => Select(connection, stream, PayloadOnly)));
        yield return BenchRow.Against("(d) the same, against the payload column alone", "events/s", payload, null);
    }

    /// <summary>One stream of so many events.</summary>
    public static async Task<Guid> FillStream(OurLog ours, int count)
    {
        var own = new OwnStreams(1);
        own.Versions[0] = 0;
        for (int done = 0; done < count; done += 1_000)
        {
            await AppendBench.Append(ours, own, 1, 1_000);
        }

        await ours.Settle();
        return own.Ids[0];
    }

    private const string AllColumns = "data, seq_id, id, stream_id, version, type, timestamp, headers, correlation_id, causation_id";
    private const string PayloadOnly = "data";

    private static async Task<int> Read(PostgresEventStore store, Guid stream)
    {
        int count = 0;
        await foreach (RecordedEvent recorded in store.ReadStream(stream))
        {
            count += recorded.Data is MessageSent ? 1 : 0;
        }

        return Checked(count);
    }

    private static async Task<int> Select(NpgsqlConnection connection, Guid stream, string columns)
    {
        await using var command = new NpgsqlCommand($"select {columns} from log.mt_events where stream_id = $1 order by version", connection);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        await command.PrepareAsync();
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        int count = 0;
        bool all = columns == AllColumns;
        while (await reader.ReadAsync())
        {
            count += JsonSerializer.Deserialize<MessageSent>(reader.GetFieldValue<byte[]>(0), EventJson.Options) is null ? 0 : 1;
            if (all)
            {
                _ = (reader.GetInt64(1), reader.GetGuid(2), reader.GetGuid(3), reader.GetInt64(4), reader.GetString(5), reader.GetDateTime(6));
                _ = (reader.GetFieldValue<byte[]>(7), reader.IsDBNull(8), reader.IsDBNull(9));
            }
        }

        return Checked(count);
    }

    private static int Checked(int count) =>
        count == StreamEvents ? count : throw new UnreachableException($"A read found {count} events.");
}
