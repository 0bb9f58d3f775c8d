using System.Diagnostics;
using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Bench.Engine;

/// <summary>
/// (e) A read model over 200,000 events of 1,000 interleaved streams: rebuilt (replay, catch-up, comparison, swap), and
/// drained by the daemon from the first event on, each against the plain scan of the log in order.
/// </summary>
internal static class ProjectBench
{
    private const int Streams = 1_000;

    private static readonly Positions Positions = new();

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using OurLog ours = await OurLog.Create([ConversationCounts.Model]);
        int events = options.Quick ? 50_000 : 200_000;
        await Fill(ours, events);
        await using var connection = new NpgsqlConnection(ours.Database.OwnerConnectionString);
        await connection.OpenAsync();
        BenchOptions rounds = options with { Rounds = Math.Min(3, options.Rounds) };

        Measured drained = await Rounds.Compare(rounds, _ => Drain(ours, events), _ => Scan(connection, events));
        Measured rebuilt = await Rounds.Compare(rounds, _ => Rebuild(ours, events), _ => Scan(connection, events));
        yield return BenchRow.Against($"(e) rebuild over {events:#,0} events, {Streams:#,0} streams", "events/s", rebuilt, 0.4);
        yield return BenchRow.Against("(e) drain of the same backlog by the daemon", "events/s", drained, 0.25);
    }

    private static async Task Fill(OurLog ours, int events)
    {
        Guid[] streams = [.. Enumerable.Range(0, Streams).Select(_ => Guid.NewGuid())];
        for (int version = 0; version < events / Streams; version++)
        {
            int number = version;
            AppendOutcome outcome = await ours.Store.Append(new Append(
                CommandMetadata.System(Guid.NewGuid()),
                [.. streams.Select(id => new StreamAppend(
                    id, Conversation.Stream.Name, ExpectedVersion.Exactly(number), [Conversation.Message(number, number)]))]));
            OwnStreams.Expect<AppendOutcome.Appended>(outcome);
        }

        await ours.Settle();
    }

    /// <summary>From the operator's resume to the last position, of a daemon that leads already.</summary>
    private static async Task<Round> Drain(OurLog ours, int events)
    {
        Consumer consumer = Consumer.Of(ConversationCounts.Model, ours.Database.Log);
        var projections = new EventStore.Postgres.Projections([consumer], TimeProvider.System);
        await ours.Database.Execute(
            $"""
            truncate bench_conversation_counts;
            delete from log.mt_event_progression;
            delete from log.wya_projections;
            insert into log.wya_projections (name, status) values ('{consumer.Name}', 'paused');
            """);
        await using var daemon = new ProjectionDaemon([consumer], TimeProvider.System);
        daemon.Start();
        await Wya.Testing.Eventually.Is(async () => (await projections.Status(consumer)).Leader is not null, "the daemon leads");
        long start = Stopwatch.GetTimestamp();
        await projections.Resume(consumer, "bench");
        Waited waited = await Positions.WaitFor(consumer, events, TimeSpan.FromMinutes(2));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        await Check(ours, events, waited.Result == WaitResult.Reached);
        return new Round(events, elapsed, []);
    }

    /// <summary>From the request taken up to the swap committed.</summary>
    private static async Task<Round> Rebuild(OurLog ours, int events)
    {
        var rebuilds = new Rebuilds(ours.Database.Log, [ConversationCounts.Model], TimeProvider.System);
        var worker = new RebuildWorker(ours.Database.Log, [ConversationCounts.Model], TimeProvider.System);
        await rebuilds.Request(ConversationCounts.Model.Name, "bench");
        long start = Stopwatch.GetTimestamp();
        bool worked = await worker.RunOnce(CancellationToken.None);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        RebuildJob? job = await rebuilds.Show(ConversationCounts.Model.Name);
        await Check(ours, events, worked && job is { State: RebuildState.Done, RowsDiffering: 0 });
        return new Round(events, elapsed, []);
    }

    /// <summary>The reference: every row, every column, in order, the payload as bytes.</summary>
    private static async Task<Round> Scan(NpgsqlConnection connection, int events)
    {
        long start = Stopwatch.GetTimestamp();
        await using var command = new NpgsqlCommand(
            """
            select seq_id, id, stream_id, version, type, timestamp, data, headers, correlation_id, causation_id
            from log.mt_events order by seq_id
            """,
            connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        long count = 0;
        while (await reader.ReadAsync())
        {
            _ = (reader.GetInt64(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetInt64(3), reader.GetString(4), reader.GetDateTime(5));
            _ = (reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<byte[]>(7), reader.IsDBNull(8), reader.IsDBNull(9));
            count++;
        }

        return count == events ? new Round(count, Stopwatch.GetElapsedTime(start), []) : throw new UnreachableException($"The scan found {count} events.");
    }

    private static async Task Check(OurLog ours, int events, bool isDone)
    {
        long folded = await ours.Database.Scalar<long>("select coalesce(sum(messages), 0)::bigint from bench_conversation_counts");
        if (!isDone || folded != events)
        {
            throw new InvalidOperationException($"The read model holds {folded} of {events} events.");
        }
    }
}
