using System.Globalization;
using System.Text.Json;
using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Xunit;

namespace Wya.Domain.Tests.Graph;

public sealed class TrustDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathTo("docs", "explanation", "trust.md"));

    [Fact]
    public void The_page_says_what_the_rules_say()
    {
        IEnumerable<string> factors = TrustFactors.All.Select(rule => string.Create(
            CultureInfo.InvariantCulture, $"| `{Name(rule.Factor)}` | {rule.Weight:0.00} | {rule.DecayPerMonth * 100:0} % |"));
        IEnumerable<string> evidence = TrustRules.Table.Select(rule => string.Create(
            CultureInfo.InvariantCulture, $"| `{Name(rule.Evidence)}` | `{Name(rule.Factor)}` | {rule.Step:0.##} | {rule.CountMin} | {rule.CountMax} |"));
        Page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ShouldBe(factors.Concat(evidence));
    }

    [Fact]
    public void The_page_says_the_bounds()
    {
        string[] numbers =
        [
            $"{TrustRules.TookPartConsistencyStep:0.##} for consistency", $"{TrustRules.TookPartModerationStep:0.##} for moderation outcomes",
            $"{TrustRules.ModeratedStep * 100:0} % of moderation outcomes", $"at most {TrustRules.TurnedAwayStepMax:0.##} of the factor",
            $"regains {TrustFactors.RecoveryPerMonth:0.##} a month", $"neutral {TrustFactors.Neutral:0.#}",
        ];
        string words = Page.ReplaceLineEndings(" ");
        numbers.ShouldAllBe(number => words.Contains(number, StringComparison.Ordinal));
        TrustRules.For(TrustEvidence.TurnedAway)!.Step.ShouldBe(-TrustRules.TurnedAwayStepMax / TrustRules.For(TrustEvidence.TurnedAway)!.CountMax);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
