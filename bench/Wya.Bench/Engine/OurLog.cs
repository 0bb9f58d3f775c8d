using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Testing;

namespace Wya.Bench.Engine;

/// <summary>Our side: a database of its own, one store, and streams that exist already.</summary>
internal sealed class OurLog : IAsyncDisposable
{
    private OurLog(TestDatabase database)
    {
        Database = database;
        Store = new PostgresEventStore(database.Log, TimeProvider.System);
    }

    public TestDatabase Database { get; }

    public PostgresEventStore Store { get; }

    public static async Task<OurLog> Create(IReadOnlyList<ReadModel>? readModels = null) =>
        new(await TestPostgres.CreateDatabase("bench", Conversation.Types, readModels));

    /// <summary>Streams of one event each, made before anything is timed.</summary>
    public async Task<OwnStreams[]> CreateStreams(int callers, int eachCaller)
    {
        var all = Enumerable.Range(0, callers).Select(_ => new OwnStreams(eachCaller)).ToArray();
        foreach (OwnStreams own in all)
        {
            AppendOutcome outcome = await Store.Append(new Append(
                CommandMetadata.System(Guid.NewGuid()),
                [.. own.Ids.Select(id => new StreamAppend(id, Conversation.Stream.Name, ExpectedVersion.None, [Conversation.Message(0, 0)]))]));
            OwnStreams.Expect<AppendOutcome.Appended>(outcome);
        }

        await Settle();
        return all;
    }

    /// <summary>Statistics as a database in use has them.</summary>
    public Task Settle() => Database.Execute("vacuum (analyze) log.mt_events, log.mt_streams");

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await Database.DisposeAsync();
    }
}

/// <summary>The streams of one caller, used in turn, with the versions that it knows them to have.</summary>
internal sealed class OwnStreams(int count)
{
    private int next;

    public Guid[] Ids { get; } = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid())];

    public long[] Versions { get; } = [.. Enumerable.Repeat(1L, count)];

    /// <summary>The index of the stream to use now.</summary>
    public int Next() => next = (next + 1) % Ids.Length;

    /// <exception cref="InvalidOperationException">The append was not recorded, so the measurement is worth nothing.</exception>
    public static T Expect<T>(AppendOutcome outcome)
        where T : AppendOutcome =>
        outcome as T ?? throw new InvalidOperationException($"The append came to {outcome}.");
}
