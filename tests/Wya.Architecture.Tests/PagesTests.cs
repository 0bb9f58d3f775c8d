using Shouldly;
using Xunit;

namespace Wya.Architecture.Tests;

public sealed class PagesTests
{
    private const int RuleCount = 99;

    [Fact]
    public void Every_package_is_documented_and_nothing_else() =>
        Pages.DocumentedPackages(Checkout.Text(Pages.Dependencies))
            .ShouldBe(Pages.Packages(Checkout.Text("Directory.Packages.props")), ignoreOrder: true);

    [Fact]
    public void Versions_are_exact() =>
        Checkout.Text("Directory.Packages.props").Split('\n')
            .Where(line => line.Contains("PackageVersion", StringComparison.Ordinal))
            .ShouldAllBe(line => !line.Contains('*', StringComparison.Ordinal) && !line.Contains('[', StringComparison.Ordinal));

    [Fact]
    public void The_seed_has_its_rules_each_once()
    {
        string[] numbers = [.. Pages.RuleNumbers(Checkout.Text(Pages.SeedRules))];
        numbers.ShouldBeUnique();
        numbers.Length.ShouldBe(RuleCount);
    }

    [Fact]
    public void Tests_name_only_rules_that_exist()
    {
        string[] rules = [.. Pages.RuleNumbers(Checkout.Text(Pages.SeedRules))];
        string[] named = [.. TestSources().SelectMany(file => Pages.NamedRules(Checkout.Text(file))).Distinct()];
        named.Except(rules).ShouldBeEmpty();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{named.Length} of {rules.Length} rules are named by a test: {string.Join(' ', named.Order(StringComparer.Ordinal))}\n"
            + $"not yet: {string.Join(' ', rules.Except(named))}");
    }

    [Theory]
    [InlineData("[Trait(\"seed\", \"9.9\")]", "9.9")]
    [InlineData("[Fact, Trait(\"seed\",\"X1\")]", "X1")]
    [InlineData("[Trait(\"seed\", Rule)]", "?")]
    public void A_planted_rule_that_does_not_exist_is_seen(string source, string number)
    {
        Pages.NamedRules(source).ShouldBe([number]);
        Pages.RuleNumbers(Checkout.Text(Pages.SeedRules)).ShouldNotContain(number);
    }

    [Theory]
    [InlineData("| `Some.Package` | MIT |  |")]
    [InlineData("| `Some.Package` |  | for a reason |")]
    [InlineData("Some.Package, MIT, for a reason")]
    public void A_planted_package_without_licence_or_reason_does_not_count(string row) =>
        Pages.DocumentedPackages(row).ShouldBeEmpty();

    // This project's own planted rules are not claims.
    private static IEnumerable<string> TestSources() =>
        Checkout.Files.Where(file =>
            file.StartsWith("tests/", StringComparison.Ordinal)
            && file.EndsWith(".cs", StringComparison.Ordinal)
            && !file.EndsWith("/PagesTests.cs", StringComparison.Ordinal));
}
