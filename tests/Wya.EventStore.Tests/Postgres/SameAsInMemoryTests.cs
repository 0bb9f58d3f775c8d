using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>Random histories give the same answers on PostgreSQL as in memory, append by append, and leave the same log.</summary>
public sealed class SameAsInMemoryTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    private sealed record Operation(int Kind, int[] Streams, int Expected, int Events, int Claim, int Command);

    private static readonly Gen<Operation> Operations =
        from kind in Gen.Frequency((6, Gen.Constant(0)), (5, Gen.Constant(1)), (1, Gen.Constant(2)))
        from streams in Gen.Choose(0, 3).ArrayOf(2)
        from expected in Gen.Choose(-1, 4)
        from events in Gen.Choose(0, 3)
        from claim in Gen.Choose(-8, 2)
        from command in Gen.Choose(0, 40)
        select new Operation(kind, [.. streams.Distinct()], expected, events, claim, command);

    [Fact]
    public async Task Random_histories_agree()
    {
        int histories = 60, checkedOperations = 0;
        foreach (Operation[] history in Operations.ArrayOf(50).Sample(histories, 50))
        {
            checkedOperations += await Agree(history);
        }

        checkedOperations.ShouldBeGreaterThan(histories * 40);
    }

    private async Task<int> Agree(Operation[] history)
    {
        var memory = new InMemoryEventStore(Ledger.Types, TimeProvider.System);
        Guid[] streams = [.. Enumerable.Range(0, 4).Select(_ => Guid.CreateVersion7())];
        Guid[] commands = [.. Enumerable.Range(0, 41).Select(_ => Guid.CreateVersion7())];
        string run = Guid.NewGuid().ToString();
        long start = await fixture.Store.Head();
        for (int i = 0; i < history.Length; i++)
        {
            string real = await Answer(fixture.Store, history[i], streams, commands, run, start);
            string expected = await Answer(memory, history[i], streams, commands, run, 0);
            real.ShouldBe(expected, $"operation {i} of {string.Join("; ", history.Take(i + 1))}");
        }

        (await Contents(fixture.Store, start)).ShouldBe(await Contents(memory, 0));
        return history.Length;
    }

    private static async Task<string> Answer(
        IEventStore store, Operation operation, Guid[] streams, Guid[] commands, string run, long start)
    {
        var metadata = new CommandMetadata("tester", commands[operation.Command]);
        Guid first = streams[operation.Streams[0]];
        switch (operation.Kind)
        {
            case 0:
                object[] events = [.. Enumerable.Range(0, operation.Events).Select(n => new Deposited(n))];
                string[] claims = operation.Claim < 0 ? [] : [$"{run}-{operation.Claim}"];
                AppendOutcome outcome = await store.Append(new Append(metadata, [.. operation.Streams.Select((s, i) =>
                    new StreamAppend(streams[s], "ledger", new ExpectedVersion(operation.Expected), events, i == 0 ? claims : []))]));
                return outcome switch
                {
                    AppendOutcome.Appended a => $"appended {a.Position - start} {string.Join(',', a.Versions)}",
                    AppendOutcome.Duplicate d => $"duplicate {d.Position - start} {d.First.Position - start} {d.First.Version}",
                    _ => outcome.ToString(),
                };
            case 1:
                Transacted<Ledger> done = await store.Transact(
                    Ledger.Stream, first, ledger => operation.Events == 0 ? Ledger.Withdraw(ledger, 2) : Ledger.Deposit(ledger, operation.Events), metadata);
                return $"{done.State} {done.Version} {done.Recorded} {done.Refusal} {done.Earlier?.Position - start}";
            default:
                return $"archived {await store.Archive(first)}";
        }
    }

    private static async Task<string> Contents(IEventStore store, long start)
    {
        List<string> lines = [];
        await foreach (RecordedEvent e in store.ReadLog(new LogRange(start, IncludeArchived: true)))
        {
            lines.Add($"{e.Position - start} {e.Id} {e.StreamId} {e.Version} {e.Type} {e.Data} {e.Metadata.Actor}");
        }

        return string.Join('\n', lines);
    }
}
