using Shouldly;
using Wya.Projections.Relay;
using Xunit;

namespace Wya.Projections.Tests.Relay;

public sealed class RelaySettingsTests
{
    [Fact]
    public void Without_a_server_nothing_is_relayed()
    {
        Read().ShouldBeNull();
        Read(("Wya__Relay__Domains", "graph")).ShouldBeNull();
    }

    [Fact]
    public void A_server_alone_takes_all_domains_but_safety_in_four_partitions()
    {
        RelaySettings settings = Read(("Wya__Relay__Server", "amqps://user:secret@example.org/vhost"))!;

        settings.Domains.ShouldBe(["identity", "graph", "rooms", "messaging"]);
        settings.Queue("graph", 3).ShouldBe("wya.graph.3of4");
        settings.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("Wya__Relay__Server", "localhost:5672")]
    [InlineData("Wya__Relay__Server", "http://localhost")]
    [InlineData("Wya__Relay__Partitions", "0")]
    [InlineData("Wya__Relay__Partitions", "65")]
    [InlineData("Wya__Relay__Prefix", "a b")]
    [InlineData("Wya__Relay__Domains", "graph,safety")]
    [InlineData("Wya__Relay__Domains", "presence")]
    public void What_means_nothing_is_named(string name, string value) =>
        Should.Throw<FormatException>(() => Read(("Wya__Relay__Server", "amqp://localhost"), (name, value))).Message.ShouldContain(name);

    /// <summary>Vectors of FNV-1a over the bytes as they are written: who computes the same in another language must find the same partition.</summary>
    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", 64, 5)]
    [InlineData("0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11", 64, 12)]
    public void A_stream_stays_in_its_partition(string stream, int partitions, int expected) =>
        Read(("Wya__Relay__Server", "amqp://localhost"), ("Wya__Relay__Partitions", $"{partitions}"))!.PartitionOf(Guid.Parse(stream)).ShouldBe(expected);

    [Fact]
    public void Of_what_comes_again_a_consumer_takes_the_first()
    {
        Guid stream = Guid.NewGuid();
        PublishedEvent Of(Guid of, long version) => new(Guid.NewGuid(), "graph", of, version, version, "graph.blocked", 1, default, default);
        var seen = new SeenVersions(streamsMax: 2);

        new[] { 1, 2, 1, 2, 3, 3 }.Select(version => seen.Takes(Of(stream, version))).ShouldBe([true, true, false, false, true, false]);
        seen.Takes(Of(Guid.NewGuid(), 1)).ShouldBeTrue();
        seen.Takes(Of(Guid.NewGuid(), 1)).ShouldBeTrue();
        seen.Takes(Of(stream, 3)).ShouldBeTrue("it was forgotten for one that was heard of later");
    }

    private static RelaySettings? Read(params (string Name, string Value)[] given) =>
        RelaySettings.Read(name => given.LastOrDefault(one => one.Name == name).Value);
}
