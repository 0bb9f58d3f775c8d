using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Rooms.Content;
using Xunit;
using static Wya.Domain.Tests.Rooms.RoomSamples;

namespace Wya.Domain.Tests.Rooms;

/// <summary>What the checker does not know is kept: another client, or a later version, may know it.</summary>
public sealed class RoomRoundTripTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(300).WithQuietOnSuccess(true);

    private static readonly JsonSerializerOptions Wide = new() { WriteIndented = true };

    private static readonly string[] Places =
        ["", "/layout", "/modules/0", "/modules/0/picture", "/modules/0/link", "/modules/1", "/modules/4/position", "/modules/5", "/modules/7", "/theme", "/theme/dark", "/visibility"];

    private static readonly Gen<string> Words = Gen.Elements(
        "", "x", "~/\"\\", "<script>alert(1)</script>", "\n\t\u0000\u007f", "é", "😀", "\u2028", "\u202E", "\uFFFF", "__PROTO__", "null", "content");

    private static readonly Gen<string> Numbers = Gen.Elements("0", "-0", "1", "1.0", "1.50", "1e5", "1E+5", "-12345678901234567890", "0.1234567890123456789", "1e308");

    private static readonly Arbitrary<Addition[]> Additions =
        (from place in Gen.Elements(Places)
         from name in Words
         from value in Values(3)
         select new Addition(place, "x-" + name, value)).NonEmptyListOf().Select(list => list.DistinctBy(one => (one.Place, one.Name)).Take(20).ToArray()).ToArbitrary();

    [Fact]
    [Trait("seed", "4.S1")]
    public void Whatever_is_not_known_survives_in_its_place_and_exactly_as_it_was() => Prop.ForAll(Additions, additions =>
    {
        string json = additions.Aggregate(Parsed, Add).ToJsonString();
        RoomContent.TryCheck(Encoding.UTF8.GetBytes(json), Limits, out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals);
        refusals.ShouldBeEmpty();
        Tokens(content!.Json.Span).ShouldBe(Tokens(Encoding.UTF8.GetBytes(json)));
    }).Check(Quietly);

    [Fact]
    public void What_was_checked_is_checked_again_to_the_same_bytes() => Prop.ForAll(Additions, additions =>
    {
        JsonNode room = additions.Aggregate(Parsed, Add);
        byte[] wide = JsonSerializer.SerializeToUtf8Bytes(room, Wide), narrow = JsonSerializer.SerializeToUtf8Bytes(room);
        RoomContent.TryCheck(wide, Limits, out CheckedContent? first, out _).ShouldBeTrue();
        RoomContent.TryCheck(narrow, Limits, out CheckedContent? second, out _).ShouldBeTrue();
        RoomContent.TryCheck(first!.Json, Limits, out CheckedContent? again, out _).ShouldBeTrue();
        first.Json.Span.SequenceEqual(second!.Json.Span).ShouldBeTrue("blanks and escapes mean nothing");
        first.Json.Span.SequenceEqual(again!.Json.Span).ShouldBeTrue();
    }).Check(Quietly);

    [Fact]
    public void Nothing_that_is_sent_breaks_the_checker() => Prop.ForAll(
        Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().SelectMany(
            noise => Gen.Choose(0, Full.Length - 1), (noise, at) => (noise, at)).ToArbitrary(),
        spoiled =>
        {
            byte[] full = Encoding.UTF8.GetBytes(Full);
            byte[] json = [.. full[..spoiled.at], .. spoiled.noise, .. full[Math.Min(full.Length, spoiled.at + (spoiled.noise.Length / 2))..]];
            bool isTaken = RoomContent.TryCheck(json, Limits, out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals);
            isTaken.ShouldBe(refusals.Count == 0);
            isTaken.ShouldBe(content is not null);
            refusals.ShouldAllBe(refusal => ContentCodes.All.Contains(refusal.Code));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithQuietOnSuccess(true));

    private static Gen<string> Values(int depth) =>
        depth == 0
            ? Gen.OneOf(Words.Select(word => JsonSerializer.Serialize(word)), Numbers, Gen.Elements("true", "false", "null"))
            : Gen.OneOf(
                Values(0),
                Values(depth - 1).ListOf().Select(items => $"[{string.Join(',', items.Take(4))}]"),
                Values(depth - 1).ListOf().Select(items => $"{{{string.Join(',', items.Take(4).Select((item, i) => $"\"n{i}\": {item}"))}}}"));

    private static JsonNode Add(JsonNode room, Addition addition)
    {
        JsonNode at = room;
        foreach (string step in addition.Place.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = (int.TryParse(step, out int index) ? at[index] : at[step])!;
        }

        at[addition.Name] = JsonNode.Parse(addition.Value);
        return room;
    }

    /// <summary>Names, texts and numbers in their order: numbers by their digits, texts by their characters.</summary>
    private static List<string> Tokens(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        List<string> tokens = [];
        while (reader.Read())
        {
            tokens.Add($"{reader.TokenType} {(reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : Encoding.UTF8.GetString(reader.ValueSpan))}");
        }

        return tokens;
    }

    private sealed record Addition(string Place, string Name, string Value);
}
