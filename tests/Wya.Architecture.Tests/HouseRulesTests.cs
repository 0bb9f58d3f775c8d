using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

public sealed class HouseRulesTests
{
    [Fact]
    public void No_file_is_too_long() => All(HouseRules.TooLong).ShouldBeEmpty();

    [Fact]
    public void Names_say_what_a_type_is() => All(HouseRules.EmptyNames).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_unfinished() => All(HouseRules.UnfinishedWork).ShouldBeEmpty();

    [Fact]
    public void Links_between_pages_lead_somewhere() =>
        All((file, text) => HouseRules.DeadLinks(file, text, target => Path.Exists(Path.Combine(Checkout.Root, target)))).ShouldBeEmpty();

    [Fact]
    public void What_a_pooled_connection_is_told_ends_with_its_transaction() => All(HouseRules.SessionState).ShouldBeEmpty();

    [Theory]
    [InlineData("Long.cs")]
    [InlineData("long.sql")]
    [InlineData("dev")]
    public void A_planted_long_file_is_caught(string file)
    {
        string line = "select 1;\n";
        HouseRules.TooLong(file, string.Concat(Enumerable.Repeat(line, 400))).ShouldBeEmpty();
        HouseRules.TooLong(file, string.Concat(Enumerable.Repeat(line, 401))).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("public sealed class UserManager { }")]
    [InlineData("    internal static partial class StringHelpers\n{ }")]
    [InlineData("public abstract record AggregateBase<T>(int Id);")]
    [InlineData("public readonly record struct ClockService(int Value);")]
    public void A_planted_empty_name_is_caught(string text) => HouseRules.EmptyNames("Planted.cs", text).ShouldHaveSingleItem();

    [Theory]
    [InlineData("public sealed class Database { }")]
    [InlineData("// a class that needs the name UserManager has not found its idea")]
    [InlineData("services.AddSingleton<IHostedService>();")]
    public void Other_names_are_free(string text) => HouseRules.EmptyNames("Planted.cs", text).ShouldBeEmpty();

    [Theory]
    [InlineData("code.cs", "// TO" + "DO: later")]
    [InlineData("page.md", "FIX" + "ME")]
    [InlineData("query.sql", "-- a HA" + "CK")]
    [InlineData("code.cs", "throw new NotImplemented" + "Exception();")]
    public void Planted_unfinished_work_is_caught(string file, string text) => HouseRules.UnfinishedWork(file, text).ShouldHaveSingleItem();

    [Fact]
    public void A_planted_dead_link_is_caught()
    {
        string page = "[here](there.md#part), [gone](../gone.md), [away](https://example.org/), [below](#below)";
        HouseRules.DeadLinks("docs/page.md", page, target => target == "docs/there.md").ShouldBe(["docs/page.md links to ../gone.md"]);
    }

    [Theory]
    [InlineData("\"select pg_advisory_lock(1)\"")]
    [InlineData("\"set synchronous_commit = off\"")]
    [InlineData("\"listen wya_log\"")]
    [InlineData("\"create temporary table t (id uuid)\"")]
    public void A_planted_word_that_outlives_its_transaction_is_caught(string text)
    {
        HouseRules.SessionState("src/Wya.Api/Planted.cs", text).ShouldHaveSingleItem();
        HouseRules.SessionState("src/Wya.Api/WriterConnection.cs", text).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"select pg_advisory_xact_lock(1)\"")]
    [InlineData("\"set local lock_timeout = '2s'\"")]
    [InlineData("\"update t set at = now()\"")]
    [InlineData("\"create temporary table t (id uuid) on commit drop\"")]
    public void What_ends_with_the_transaction_is_free(string text) => HouseRules.SessionState("src/Wya.Api/Planted.cs", text).ShouldBeEmpty();

    private static IEnumerable<string> All(Func<string, string, IEnumerable<string>> rule) =>
        Checkout.Files.Where(HouseRules.IsText).SelectMany(file => rule(file, Checkout.Text(file)));
}
