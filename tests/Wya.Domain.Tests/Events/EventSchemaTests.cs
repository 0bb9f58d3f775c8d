using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Shouldly;
using Wya.EventStore;
using Xunit;

namespace Wya.Domain.Tests.Events;

public sealed class EventSchemaTests
{
    private const string UpdateVariable = "WYA_UPDATE_SCHEMAS";
    private static readonly string Folder = Repository.PathTo("docs", "reference", "schemas");
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [MemberData(nameof(EventCatalogue.Names), MemberType = typeof(EventCatalogue))]
    public void The_schema_kept_is_the_schema_of_the_record(string name)
    {
        EventType type = EventCatalogue.Type(name);
        string path = Path.Combine(Folder, EventSchemas.FileName(type, type.Version));
        JsonObject generated = EventSchemas.Of(type);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1" && !File.Exists(path))
        {
            File.WriteAllText(path, generated.ToJsonString(Indented) + "\n");
        }

        File.Exists(path).ShouldBeTrue($"{Path.GetFileName(path)} is missing: run this test once with {UpdateVariable}=1, and commit what it writes.");
        JsonNode.DeepEquals(JsonNode.Parse(File.ReadAllText(path)), generated).ShouldBeTrue(
            $"""
            {type.Record.Name} no longer fits the schema of {name} version {type.Version}, under which events have been written.
            If it gained an optional field, raise Version in its EventType attribute and run this test once with {UpdateVariable}=1.
            Any other change needs a new event type. If {name} version {type.Version} was never released, delete its schema first.
            Generated:
            {generated.ToJsonString(Indented)}
            """);
    }

    [Theory]
    [MemberData(nameof(EventCatalogue.NamesAndVersions), MemberType = typeof(EventCatalogue))]
    public void A_version_only_adds_optional_fields(string name, int version)
    {
        JsonObject schema = Kept(EventCatalogue.Type(name), version);
        schema["version"]!.GetValue<int>().ShouldBe(version);
        if (version > 1)
        {
            EventSchemas.Breaks(Kept(EventCatalogue.Type(name), version - 1), schema).ShouldBeEmpty();
        }
    }

    [Fact]
    public void No_schema_is_kept_of_what_no_longer_exists() =>
        Directory.GetFiles(Folder).Select(Path.GetFileName)
            .ShouldBe(EventCatalogue.Types.All.SelectMany(type => Enumerable.Range(1, type.Version).Select(version => EventSchemas.FileName(type, version))), ignoreOrder: true);

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"string"}},"required":["a"]}""", "'b' is gone")]
    [InlineData("""{"properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a"]}""", "'a' has another schema")]
    [InlineData("""{"properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a","b"]}""", "'b' is now required")]
    [InlineData("""{"properties":{"a":{"type":"string"},"b":{"type":"string"}}}""", "'a' is no longer required")]
    [InlineData("""{"properties":{"a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string"}},"required":["a","c"]}""", "'c' is now required")]
    [InlineData("""{}""", "'a' is gone", "'b' is gone")]
    public void Every_break_is_caught(string newer, params string[] breaks) => EventSchemas.Breaks(First(), Parse(newer)).ShouldBe(breaks);

    [Fact]
    public void An_optional_field_more_is_no_break() =>
        EventSchemas.Breaks(First(), Parse("""{"properties":{"a":{"type":"string"},"b":{"type":"string"},"c":{"type":"string"}},"required":["a"]}""")).ShouldBeEmpty();

    [Fact]
    public void A_field_may_become_sealed_but_not_be_opened_again()
    {
        JsonObject sealedField = Parse("""{"properties":{"a":{"type":"string","x-sealed":true},"b":{"type":"string"}},"required":["a"]}""");
        EventSchemas.Breaks(First(), sealedField).ShouldBeEmpty();
        EventSchemas.Breaks(sealedField, First()).ShouldBe(["'a' has another schema"]);
    }

    private static JsonObject First() => Parse("""{"properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"]}""");

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Kept(EventType type, int version) => Parse(File.ReadAllText(Path.Combine(Folder, EventSchemas.FileName(type, version))));
}
