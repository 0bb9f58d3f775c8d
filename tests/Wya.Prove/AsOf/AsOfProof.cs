using System.Globalization;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Prove.Servers;
using Wya.Testing;

namespace Wya.Prove.AsOf;

/// <summary>
/// Random events in the logs of all domains, while the read models follow. Now and then everything stands still, and every row
/// of every read model is copied as it is. In the end each of them is computed as of each of these positions and compared,
/// row by row. Compared with the rows of the stop before, some must differ: otherwise nothing was looked at.
/// </summary>
internal static class AsOfProof
{
    public static Proof Proof { get; } = new(
        "as-of",
        ["A read model as of a position shows what a system that was stopped there showed, whatever has happened since."],
        Run);

    /// <summary>The rows of a read model's tables when its source's log stood at the position.</summary>
    private sealed record Copy(KeptModel Kept, long Position, IReadOnlyList<string> Rows);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int events = run.Sized(200, 2_000, 20_000), stops = run.Sized(2, 6, 12), seed = run.Sized(1, 2, Environment.TickCount & 0xffff);
        var random = new Random(seed);
        await using TestKeys keys = await TestKeys.Create();
        Dictionary<string, TestDatabase> databases = [];
        Dictionary<string, PostgresEventStore> stores = [];
        foreach (DomainDefinition domain in Domains.All)
        {
            databases[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs, domain.IsChained);
            stores[domain.Name] = new PostgresEventStore(databases[domain.Name].Log, TimeProvider.System, domain.ReadModels.Where(model => model.Inline));
        }

        try
        {
            return await Prove(run, new RandomEvents(random, DateTimeOffset.UnixEpoch.AddYears(56)), random, databases, stores, events, stops, seed, ct);
        }
        finally
        {
            foreach ((string name, TestDatabase database) in databases)
            {
                await stores[name].DisposeAsync();
                await database.DisposeAsync();
            }
        }
    }

    private static async Task<Figures> Prove(
        ProofRun run, RandomEvents events, Random random, Dictionary<string, TestDatabase> databases, Dictionary<string, PostgresEventStore> stores,
        int count, int stops, int seed, CancellationToken ct)
    {
        IReadOnlyList<KeptModel> kept = KeptModel.All;
        Consumer[] consumers = [.. kept.Where(one => !one.Model.Inline).Select(one => Consumer.Of(one.Model, databases[one.Source].Log, databases[one.Domain.Name].Log))];
        await using var daemon = new ProjectionDaemon(consumers, TimeProvider.System, new DaemonOptions { RetryAfter = [TimeSpan.Zero] });
        daemon.Start();
        var figures = new Figures();
        List<Copy> copies = [];
        int recorded = 0, refused = 0;
        for (int stop = 1; stop <= stops; stop++)
        {
            run.Progress(string.Create(CultureInfo.InvariantCulture, $"events up to stop {stop} of {stops}"));
            for (int i = 0; i < count / stops; i++)
            {
                (recorded, refused) = await Append(events, random, stores, ct) ? (recorded + 1, refused) : (recorded, refused + 1);
            }

            await KeptModel.UntilFollowed(consumers, ct);
            foreach (KeptModel one in kept)
            {
                copies.Add(new Copy(one, await stores[one.Source].Head(ct), await ModelRows.Live(databases[one.Domain.Name].ConnectionString, one.Model, ct)));
            }
        }

        run.Progress("every read model as of every stop");
        int unequal = 0, rows = 0, alike = 0;
        Dictionary<KeptModel, IReadOnlyList<string>> before = [];
        foreach (Copy copy in copies)
        {
            await using ReadModelAsOf then = await ReadModelAsOf.Compute(
                databases[copy.Kept.Source].Log, databases[copy.Kept.Domain.Name].Log, copy.Kept.Model, copy.Position, ct: ct);
            IReadOnlyList<string> computed = await ModelRows.Of(then, ct);
            rows += computed.Count;
            unequal += computed.Except(copy.Rows).Count() + copy.Rows.Except(computed).Count();
            alike += before.TryGetValue(copy.Kept, out IReadOnlyList<string>? earlier) && computed.SequenceEqual(earlier) ? 1 : 0;
            before[copy.Kept] = copy.Rows;
        }

        figures.Note("seed", seed);
        figures.MustBeAtLeast("events", recorded, count / 2);
        figures.Note("events_refused_by_a_fold", refused);
        figures.Note("types_of_event", Domains.All.Sum(domain => domain.Types.All.Count()));
        figures.MustBe("read_models", kept.Count, Domains.All.Sum(domain => domain.Kept.Count()));
        figures.Note("stops", stops);
        figures.MustBeAtLeast("rows_compared", rows, kept.Count);
        figures.MustBe("rows_unequal", unequal, 0);
        figures.MustBeBelow("models_equal_to_the_stop_before", alike, kept.Count * (stops - 1));
        figures.Note("streams_parked_meanwhile", (await Task.WhenAll(databases.Values.Select(database => database.Scalar<long>("select count(*) from log.wya_parked_streams")))).Sum());
        return figures;
    }

    private static async Task<bool> Append(RandomEvents events, Random random, Dictionary<string, PostgresEventStore> stores, CancellationToken ct)
    {
        DomainDefinition domain = Domains.All[random.Next(Domains.All.Count)];
        EventType[] types = [.. domain.Types.All];
        try
        {
            StreamAppend append = events.Next(types[random.Next(types.Length)]);
            return await stores[domain.Name].Append(new Append(CommandMetadata.System(Guid.CreateVersion7()), append), ct) is AppendOutcome.Appended;
        }
        catch (Exception refused) when (refused is not OperationCanceledException)
        {
            return false; // a row that an inline table may not hold; nothing was recorded
        }
    }
}
