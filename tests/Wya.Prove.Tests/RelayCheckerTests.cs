using Shouldly;
using Wya.Projections.Relay;
using Wya.Prove.Checking;
using Wya.Prove.Relay;
using Xunit;

namespace Wya.Prove.Tests;

/// <summary>The checker of the relay finds each fault that is planted, and no other in what is right.</summary>
public sealed class RelayCheckerTests
{
    private static readonly Guid[] Streams = [Guid.Parse("11111111-1111-1111-1111-111111111111"), Guid.Parse("22222222-2222-2222-2222-222222222222")];

    private readonly List<LogEntry> log = [];
    private readonly List<ReceivedEvent> arrived = [];

    /// <summary>Two streams in turn, of which the beginning has come twice.</summary>
    public RelayCheckerTests()
    {
        for (int position = 1; position <= 8; position++)
        {
            log.Add(new LogEntry(position, Guid.CreateVersion7(), Streams[position % 2], (position + 1) / 2, 0, 1));
        }

        foreach (LogEntry entry in log.Take(3).Concat(log))
        {
            arrived.Add(new ReceivedEvent(
                PartitionOf(entry.StreamId),
                arrived.Count,
                new PublishedEvent(entry.Id, "prove", entry.StreamId, entry.Version, entry.Position, "prove.counted", 1, default, "{\"mark\":1}"u8.ToArray())));
        }
    }

    [Fact]
    public void What_came_whole_and_in_order_holds_however_often_it_came()
    {
        RelayFindings findings = RelayChecker.Check(log, arrived, PartitionOf);

        findings.Holds.ShouldBeTrue();
        findings.Repeated.ShouldBe(3);
        RelayChecker.TakenOtherwiseThanOnce(log, arrived).ShouldBe(0);
    }

    [Fact]
    public void Each_planted_fault_is_found()
    {
        (string Fault, bool IsFound)[] found = [.. RelayFaults.All(log, arrived, PartitionOf)];

        found.Length.ShouldBe(5);
        found.ShouldAllBe(fault => fault.IsFound);
    }

    [Fact]
    public void One_that_is_overtaken_by_its_successor_is_taken_by_nobody()
    {
        arrived.RemoveAll(one => one.Published.Version == 1 && one.Published.StreamId == Streams[0]);
        arrived.Add(new ReceivedEvent(0, 99, arrived[0].Published with { Id = log[1].Id, StreamId = Streams[0], Position = 2 }));

        RelayChecker.Check(log, arrived, PartitionOf).OutOfOrder.ShouldBeGreaterThan(0);
        RelayChecker.TakenOtherwiseThanOnce(log, arrived).ShouldBe(1);
    }

    private static int PartitionOf(Guid stream) => stream == Streams[0] ? 0 : 1;
}
