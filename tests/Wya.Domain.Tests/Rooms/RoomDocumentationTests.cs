using System.Globalization;
using System.Text.RegularExpressions;
using Shouldly;
using Wya.Domain.Rooms.Content;
using Xunit;

namespace Wya.Domain.Tests.Rooms;

public sealed partial class RoomDocumentationTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathTo("docs", "reference", "room-contents.md"));

    [Fact]
    public void The_page_explains_every_code_and_no_other() =>
        Row().Matches(Page[Page.IndexOf("## Refusals", StringComparison.Ordinal)..]).Select(row => row.Groups["name"].Value).ShouldBe(ContentCodes.All);

    [Fact]
    public void The_page_names_every_kind_of_module_and_no_other()
    {
        int begin = Page.IndexOf("## Modules", StringComparison.Ordinal), end = Page.IndexOf("## CSS", StringComparison.Ordinal);
        Row().Matches(Page[begin..end]).Select(row => row.Groups["name"].Value).ShouldBe(["type", .. ModuleKind.All], "the first row is the head");
    }

    [Fact]
    public void The_page_names_every_member_that_the_schema_names()
    {
        string schema = File.ReadAllText(Repository.PathTo("docs", "reference", "room.schema.json"));
        string[] names = [.. Member().Matches(schema).Select(match => match.Groups["name"].Value).Distinct()
            .Except(["items", "properties", "if", "then", "else", "not", "layout", "module", "placed", "colours_of_theme", "colour", "text", "address", "picture", "link", "public", "friends_only", .. ModuleKind.All])];
        names.Length.ShouldBeGreaterThan(25);
        names.ShouldAllBe(name => Page.Contains($"`{name}`", StringComparison.Ordinal) || Page.Contains($"\"{name}\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RoomLimits.ContentMax)]
    [InlineData(RoomLimits.CssMax)]
    [InlineData(RoomLimits.AddressMax)]
    [InlineData(RoomLimits.HeadlineMax)]
    [InlineData(RoomLimits.CaptionMax)]
    [InlineData(RoomLimits.RefusalsMax)]
    [InlineData(RoomLimits.PhotosMax)]
    public void The_page_names_the_limits(int limit) => Page.ShouldContain(limit.ToString("N0", CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\| `(?<name>[a-z0-9-]+)` \| ", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("\"(?<name>[a-z_]+)\": \\{ ?\"(?:type|\\$ref|enum|const)\"")]
    private static partial Regex Member();
}
