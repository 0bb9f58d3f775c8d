using System.Globalization;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Domain.Tests.Identity;

public sealed class CapabilityDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathTo("docs", "explanation", "capabilities.md"));

    [Fact]
    public void The_page_says_what_the_policies_say() =>
        Page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ShouldBe(Capability.All.Order(StringComparer.Ordinal).Select(Row));

    [Fact]
    public void The_page_names_every_code_of_an_explanation() =>
        new[] { typeof(Ground), typeof(Block), typeof(Unlock) }
            .SelectMany(type => type.GetFields()).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ShouldAllBe(code => Page.Contains($"`{code}`", StringComparison.Ordinal));

    private static string Row(string capability)
    {
        IEnumerable<string> layers = Enum.GetValues<AgeLayer>().Select(LayerPolicy.For)
            .Select(policy => policy.Base.Contains(capability) ? "base" : policy.MayHold(capability) ? "by grant" : "no");
        TrustPolicy.Earned? earned = TrustPolicy.Table.SingleOrDefault(row => row.Capability == capability);
        string trust = earned is null
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"from {earned.TrustMin}, {earned.YoungestLayer.ToString().ToLowerInvariant()} and older ");
        return $"| `{capability}` | {string.Join(" | ", layers)} | {trust}|";
    }
}
