using System.Text.RegularExpressions;
using Shouldly;
using Wya.EventStore;
using Xunit;

namespace Wya.Domain.Tests.Events;

public sealed partial class EventDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathTo("docs", "reference", "events.md"));

    [Fact]
    public void The_reference_lists_all_events_and_no_others() =>
        Headings().Matches(Page).Select(heading => (heading.Groups["name"].Value, heading.Groups["version"].Value))
            .ShouldBe(EventCatalogue.Types.All.Select(type => (type.Name, $"{type.Version}")), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(EventCatalogue.Names), MemberType = typeof(EventCatalogue))]
    public void The_reference_names_each_field(string name)
    {
        string section = Page[Page.IndexOf($"### {name} ", StringComparison.Ordinal)..];
        int end = section.IndexOf("\n#", StringComparison.Ordinal);
        section = end < 0 ? section : section[..end];
        foreach (string field in EventSchemas.Of(EventCatalogue.Type(name))["properties"]?.AsObject().Select(property => property.Key) ?? [])
        {
            section.ShouldContain($"`{field}`");
        }
    }

    [GeneratedRegex(@"^### (?<name>[a-z_.]+) \(version (?<version>\d+)\)$", RegexOptions.Multiline)]
    private static partial Regex Headings();
}
