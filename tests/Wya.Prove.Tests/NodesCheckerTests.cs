using Shouldly;
using Wya.Prove.Nodes;
using Xunit;

namespace Wya.Prove.Tests;

/// <summary>What the proof of several nodes calls spread, and what it calls stale.</summary>
public sealed class NodesCheckerTests
{
    private static readonly string[] Processes = ["a", "b"];

    [Theory]
    [InlineData("a b a b", true)]
    [InlineData("a b a", true)]
    [InlineData("b", true)]
    [InlineData("a a a b", false)] // piled up
    [InlineData("a a", false)]
    [InlineData("a b -", false)] // led by nobody
    [InlineData("a b c", false)] // led by one who is gone
    [InlineData("", false)]
    public void Consumers_of_a_database_are_spread_when_no_process_leads_two_more_than_another(string leaders, bool areSpread) =>
        Leaders.AreSpread(Led("graph", leaders), Processes).ShouldBe(areSpread);

    [Fact]
    public void Each_database_is_spread_by_itself()
    {
        Leaders.AreSpread([.. Led("graph", "a b a"), .. Led("rooms", "a b a")], Processes).ShouldBeTrue();
        Leaders.AreSpread([.. Led("graph", "a a"), .. Led("rooms", "b b")], Processes).ShouldBeFalse();
    }

    [Fact]
    public void A_step_is_stale_when_its_writer_is_not_the_leader_of_the_newest_epoch()
    {
        ProgressWrite[] writes = [new("graph", "Edges", "0.1", 1, "a"), new("graph", "Edges", "1.1", 2, "b"), new("graph", "Edges", "0.2", 3, "a2")];

        WriteAudit.Stale(writes, ProcessOf).ShouldBe(0);
        WriteAudit.Stale([.. writes, new("graph", "Edges", "0.1", 2, "b")], ProcessOf).ShouldBe(1); // the other's term
        WriteAudit.Stale([.. writes, new("graph", "Edges", "0.1", 3, "a2")], ProcessOf).ShouldBe(1); // of an earlier run of the same node

        static string ProcessOf(string by) => by switch { "0.1" => "a", "0.2" => "a2", _ => "b" };
    }

    private static Led[] Led(string domain, string leaders) =>
        [.. leaders.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((leader, i) => new Led(domain, $"Consumer{i}", leader == "-" ? null : leader))];
}
