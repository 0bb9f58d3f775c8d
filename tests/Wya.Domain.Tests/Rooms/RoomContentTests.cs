using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Wya.Domain.Rooms.Content;
using Xunit;
using static Wya.Domain.Tests.Rooms.RoomSamples;

namespace Wya.Domain.Tests.Rooms;

public sealed class RoomContentTests
{
    [Fact]
    [Trait("seed", "4.S1")]
    public void A_room_as_the_specification_shows_it_is_taken()
    {
        const string Seed =
            """
            {"layout": {"type": "grid", "columns": 3, "rows": 2},
             "modules": [{"id": "module-1", "type": "text-block", "content": "...", "position": {"x": 0, "y": 0}}],
             "theme": {"background": "#0C0D0F", "accent": "#7A5AF8"},
             "visibility": {"public": true, "friends_only": false},
             "created_at": "2024-01-01T00:00:00Z",
             "created_by": "user_id"}
            """;
        RoomContent.TryCheck(Encoding.UTF8.GetBytes(Seed), Limits, out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals).ShouldBeTrue();
        refusals.ShouldBeEmpty();
        content!.Modules.ShouldBe(1);
        content.Class.ShouldBe(RoomClass.Light);
    }

    [Fact]
    public void All_kinds_of_modules_stand_in_one_room()
    {
        RoomContent.TryCheck(Encoding.UTF8.GetBytes(Full), Limits, out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals);
        refusals.ShouldBeEmpty();
        content!.Modules.ShouldBe(ModuleKind.All.Count);
        content.Class.ShouldBe(RoomClass.PowerUser);
        content.GuestModules.ShouldBe([new GuestModule("guests", ModuleKind.Guestbook, 0), new GuestModule("vote", ModuleKind.Poll, 3)]);
        JsonNode.Parse(content.Json.Span)!.AsObject().Select(member => member.Key).ShouldBe(Parsed.AsObject().Select(member => member.Key));
    }

    [Theory]
    [MemberData(nameof(RefusedChanges.All), MemberType = typeof(RefusedChanges))]
    public void A_fault_is_refused_with_its_code_where_it_stands(string path, string? value, string code, string? where)
    {
        ContentRefusal refusal = Refusals(With(path, value)).ShouldHaveSingleItem();
        refusal.Code.ShouldBe(code, refusal.Reason);
        refusal.Path.ShouldBe(where ?? path);
        refusal.Reason.ShouldEndWith(".");
        refusal.Module.ShouldBe(
            code == ContentCodes.IdDoubled ? "welcome"
            : refusal.Path.StartsWith("/modules/", StringComparison.Ordinal) ? Called(refusal.Path)
            : null);
    }

    [Theory]
    [MemberData(nameof(RefusedChanges.Documents), MemberType = typeof(RefusedChanges))]
    public void A_document_that_is_not_sound_is_refused_as_a_whole(string json, string code, string path)
    {
        ContentRefusal refusal = Refusals(json).ShouldHaveSingleItem();
        refusal.Code.ShouldBe(code, refusal.Reason);
        refusal.Path.ShouldBe(path);
    }

    [Fact]
    public void A_document_that_is_not_utf8_or_too_large_is_refused()
    {
        Refusals([0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D]).ShouldHaveSingleItem().Code.ShouldBe(ContentCodes.NotUtf8);
        Refusals([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Full)]).ShouldHaveSingleItem().Code.ShouldBe(ContentCodes.NotJson, "no byte order mark");
        Refusals([0x22, 0xED, 0xA0, 0x80, 0x22]).ShouldHaveSingleItem().Code.ShouldBe(ContentCodes.NotUtf8, "half a character");
        Refusals([.. Encoding.UTF8.GetBytes(Full), .. Enumerable.Repeat((byte)' ', RoomLimits.BytesMax)]).ShouldHaveSingleItem().Code.ShouldBe(ContentCodes.TooLarge);
        byte[] full = Encoding.UTF8.GetBytes(Full);
        Refusals([.. full, .. Enumerable.Repeat((byte)' ', RoomLimits.BytesMax - full.Length)]).ShouldBeEmpty();
    }

    [Fact]
    public void Every_code_is_what_some_fault_is_refused_with()
    {
        IEnumerable<string> shown = RefusedChanges.All.Select(row => row.Data.Item3)
            .Concat(RefusedChanges.Documents.Select(row => row.Data.Item2))
            .Concat([ContentCodes.NotUtf8, ContentCodes.TooLarge, ContentCodes.TooManyModules, ContentCodes.CssNotAllowed]); // each by a test of its own
        shown.Distinct().ShouldBe(ContentCodes.All, ignoreOrder: true);
    }

    [Fact]
    public void All_that_there_is_to_say_is_said_at_once_and_no_more_than_50_things()
    {
        JsonNode room = Parsed;
        room["theme"]!["accent"] = "red";
        room["layout"]!["columns"] = 99;
        room["modules"]![0]!["headline"] = "";
        room["modules"]![5]!["choices"] = new JsonArray("one");
        Refusals(room.ToJsonString()).Select(refusal => (refusal.Module, refusal.Code)).ShouldBe(
        [
            (null, ContentCodes.OutOfRange), ("welcome", ContentCodes.TextEmpty), ("vote", ContentCodes.ListSize), (null, ContentCodes.ColourInvalid),
        ]);

        string many = With("/modules/2/photos", $"[{string.Join(',', Enumerable.Repeat("{\"source\": \"ftp://x\", \"alt\": \"\", \"caption\": \"\"}", 24))}]");
        Refusals(many).Count.ShouldBe(RoomLimits.RefusalsMax);
    }

    [Theory]
    [InlineData(0, "light")]
    [InlineData(5, "light")]
    [InlineData(6, "standard")]
    [InlineData(10, "standard")]
    [InlineData(11, "heavy")]
    [InlineData(20, "heavy")]
    public void The_class_follows_from_the_number_of_modules(int modules, string expected)
    {
        RoomContent.TryCheck(Encoding.UTF8.GetBytes(WithModules(modules)), Limits with { ModulesMax = 20, CssAllowed = false }, out CheckedContent? content, out _).ShouldBeTrue();
        content!.Class.ShouldBe(expected);
        content.Modules.ShouldBe(modules);
    }

    [Fact]
    public void More_than_20_modules_and_css_of_ones_own_need_the_capability()
    {
        ContentLimits usual = Limits with { ModulesMax = RoomLimits.ModulesMaxFor(mayWriteCss: false), CssAllowed = false };
        Refusals(WithModules(21), usual).ShouldHaveSingleItem().Code.ShouldBe(ContentCodes.TooManyModules);
        Refusals(WithModules(30)).ShouldBeEmpty();
        Refusals(WithModules(31)).ShouldHaveSingleItem().Code.ShouldBe(ContentCodes.TooManyModules);
        ContentRefusal css = Refusals(Full, usual).ShouldHaveSingleItem();
        (css.Module, css.Code).ShouldBe(("dress", ContentCodes.CssNotAllowed));
        RoomContent.TryCheck(Encoding.UTF8.GetBytes(WithModules(21)), Limits, out CheckedContent? content, out _).ShouldBeTrue();
        content!.Class.ShouldBe(RoomClass.PowerUser);
    }

    private static string WithModules(int count)
    {
        JsonNode room = Parsed;
        room["layout"] = new JsonObject { ["type"] = "grid", ["columns"] = 6, ["rows"] = 6 };
        room["modules"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => new JsonObject
        {
            ["id"] = $"m{i}", ["type"] = "text-block", ["content"] = "x", ["position"] = new JsonObject { ["x"] = i % 6, ["y"] = i / 6 },
        })]);
        return room.ToJsonString();
    }

    private static string Called(string path)
    {
        int index = int.Parse(path.Split('/')[2], null);
        return index < ModuleKind.All.Count ? Parsed["modules"]![index]!["id"]!.GetValue<string>() : $"#{index + 1}";
    }
}
