using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Shouldly;
using Wya.Domain.Rooms.Content;
using Xunit;
using static Wya.Domain.Tests.Rooms.RoomSamples;

namespace Wya.Domain.Tests.Rooms;

/// <summary>The published schema and the checker say the same, as far as a schema can say it.</summary>
public sealed class RoomSchemaTests
{
    private static readonly JsonSchema Schema = JsonSchema.FromText(File.ReadAllText(Repository.PathTo("docs", "reference", "room.schema.json")));

    /// <summary>What needs the whole document, a list of hosts, the bytes, the tables of Unicode or a parser of CSS.</summary>
    private static readonly string[] BeyondSchema =
    [
        ContentCodes.IdDoubled, ContentCodes.OutsideGrid, ContentCodes.Overlaps, ContentCodes.OneOnly, ContentCodes.ChoiceDoubled, ContentCodes.AddressHost,
        ContentCodes.AddressNumeric, ContentCodes.CssUnsafe, ContentCodes.TextCharacter, ContentCodes.TextEmpty,
    ];

    [Fact]
    public void The_schema_takes_the_full_room() => Takes(Full).ShouldBeTrue();

    [Theory]
    [MemberData(nameof(RefusedChanges.All), MemberType = typeof(RefusedChanges))]
    public void The_schema_refuses_what_the_checker_refuses_and_takes_what_it_cannot_judge(string path, string? value, string code, string? where)
    {
        _ = where;
        Takes(With(path, value)).ShouldBe(BeyondSchema.Contains(code));
    }

    /// <summary>Every value of the full room, in turn, replaced by each of many: what the schema refuses, the checker does.</summary>
    [Fact]
    public void The_checker_refuses_what_the_schema_refuses()
    {
        string[] values =
        [
            "null", "true", "0", "1", "2.0", "-1", "7", "21", "0.5", "\"\"", "\"x\"", "\"grid\"", "\"#aaBB00\"", "\"#12345\"", "[]", "[1]", "[\"a\", \"b\"]", "{}",
            "\"https://example.org\"", "\"https://example.org/\\u00e9\"", "\"2024-02-30T00:00:00Z\"", "\"2024-02-28T12:00:00.5Z\"", $"\"{new string('x', 81)}\"", $"\"{new string('x', 121)}\"",
            $"\"{new string('x', 201)}\"", $"\"{new string('x', 301)}\"", $"\"{new string('x', 5001)}\"", $"[{string.Join(',', Enumerable.Repeat("\"x\"", 25))}]",
        ];
        int changes = 0, refusedByBoth = 0, takenByBoth = 0;
        foreach (string path in Paths(Parsed, ""))
        {
            foreach (string? value in values.Append(null))
            {
                changes++;
                string changed = With(path, value);
                bool byChecker = Refusals(changed).Count == 0, bySchema = Takes(changed);
                (byChecker && !bySchema).ShouldBeFalse($"the schema alone refuses {path} = {value}");
                refusedByBoth += byChecker || bySchema ? 0 : 1;
                takenByBoth += byChecker && bySchema ? 1 : 0;
                if (bySchema && !byChecker)
                {
                    Refusals(changed).ShouldContain(
                        refusal => BeyondSchema.Contains(refusal.Code) || refusal.Code == ContentCodes.TimeMalformed || refusal.Path == "", $"{path} = {value}");
                }
            }
        }

        changes.ShouldBeGreaterThan(2_000);
        refusedByBoth.ShouldBeGreaterThan(1_000);
        takenByBoth.ShouldBeGreaterThan(100);
    }

    private static bool Takes(string json) => Schema.Evaluate(JsonDocument.Parse(json).RootElement).IsValid;

    private static IEnumerable<string> Paths(JsonNode? node, string path)
    {
        IEnumerable<(string Step, JsonNode? Value)> below = node switch
        {
            JsonObject members => members.Select(member => (member.Key, member.Value)),
            JsonArray list => list.Select((item, i) => ($"{i}", item)),
            _ => [],
        };
        return below.SelectMany(one => Paths(one.Value, $"{path}/{one.Step}").Prepend($"{path}/{one.Step}"));
    }
}
