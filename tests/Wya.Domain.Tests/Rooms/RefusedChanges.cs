using Wya.Domain.Rooms.Content;
using Xunit;

namespace Wya.Domain.Tests.Rooms;

/// <summary>What is refused: a change to the full room, or a document.</summary>
public static class RefusedChanges
{
    private const string ZeroWidthSpace = "\"a\\u200Bb\"";

    /// <summary>Where it changes, to what, the code, and where the refusal points if elsewhere.</summary>
    public static TheoryData<string, string?, string, string?> All => new()
    {
        { "/layout", null, ContentCodes.Missing, null },
        { "/layout", "[]", ContentCodes.WrongType, null },
        { "/layout/type", "\"masonry\"", ContentCodes.ValueUnknown, null },
        { "/layout/columns", "7", ContentCodes.OutOfRange, null },
        { "/layout/columns", "2.5", ContentCodes.WrongType, null },
        { "/layout/columns", "\"3\"", ContentCodes.WrongType, null },
        { "/layout/rows", "0", ContentCodes.OutOfRange, null },
        { "/modules", null, ContentCodes.Missing, null },
        { "/modules", "{}", ContentCodes.WrongType, null },
        { "/modules/1/id", "\"welcome\"", ContentCodes.IdDoubled, null },
        { "/modules/-", "{\"type\": \"guestbook\", \"position\": {\"x\": 2, \"y\": 3}}", ContentCodes.Missing, "/modules/8/id" },
        { "/modules/-", "{\"id\": \"Über\", \"type\": \"guestbook\", \"position\": {\"x\": 2, \"y\": 3}}", ContentCodes.IdInvalid, "/modules/8/id" },
        { "/modules/-", "{\"id\": \"a\\\" onload=\\\"x\", \"type\": \"guestbook\", \"position\": {\"x\": 2, \"y\": 3}}", ContentCodes.IdInvalid, "/modules/8/id" },
        { "/modules/-", "7", ContentCodes.WrongType, "/modules/8" },
        { "/modules/4/type", "\"iframe\"", ContentCodes.ModuleUnknown, null },
        { "/modules/4/type", null, ContentCodes.Missing, null },
        { "/modules/4/position", null, ContentCodes.Missing, null },
        { "/modules/4/position/x", "3", ContentCodes.OutsideGrid, "/modules/4/position" },
        { "/modules/4/position/x", "-1", ContentCodes.OutOfRange, null },
        { "/modules/4/size", "{\"width\": 1, \"height\": 4}", ContentCodes.OutsideGrid, "/modules/4/position" },
        { "/modules/4/position", "{\"x\": 1, \"y\": 0}", ContentCodes.Overlaps, null },
        { "/modules/0/headline", null, ContentCodes.Missing, null },
        { "/modules/0/headline", "\" \"", ContentCodes.TextEmpty, null },
        { "/modules/0/headline", "\"a\\nb\"", ContentCodes.TextCharacter, null },
        { "/modules/0/headline", ZeroWidthSpace, ContentCodes.TextCharacter, null },
        { "/modules/0/title", "null", ContentCodes.WrongType, null },
        { "/modules/0/caption", Text(301), ContentCodes.TextTooLong, null },
        { "/modules/0/picture/alt", null, ContentCodes.Missing, null },
        { "/modules/0/picture/source", null, ContentCodes.Missing, null },
        { "/modules/0/picture/source", "\"data:image/svg+xml,<svg/>\"", ContentCodes.AddressNotHttps, null },
        { "/modules/0/picture/source", "\"https://example.org/a.jpg\"", ContentCodes.AddressHost, null },
        { "/modules/0/link/address", "\"javascript:alert(1)\"", ContentCodes.AddressNotHttps, null },
        { "/modules/0/link/address", "\"https://example.org\\\\@evil.example/\"", ContentCodes.AddressMalformed, null },
        { "/modules/0/link/address", "\"https://example.org@evil.example/\"", ContentCodes.AddressUser, null },
        { "/modules/0/link/address", "\"https://example.org:8443/\"", ContentCodes.AddressPort, null },
        { "/modules/0/link/address", "\"https://127.0.0.1/\"", ContentCodes.AddressNumeric, null },
        { "/modules/0/link/address", "\"https://ехаmple.org/\"", ContentCodes.AddressLetters, null },
        { "/modules/0/link/address", Text(2049, "https://example.org/"), ContentCodes.TextTooLong, null },
        { "/modules/1/content", Text(5001), ContentCodes.TextTooLong, null },
        { "/modules/1/style", "\"shout\"", ContentCodes.ValueUnknown, null },
        { "/modules/1/links", Several("{\"label\": \"x\", \"address\": \"https://example.org\"}", 11), ContentCodes.ListSize, null },
        { "/modules/1/links/0/label", "7", ContentCodes.WrongType, null },
        { "/modules/2/photos", "[]", ContentCodes.ListSize, null },
        { "/modules/2/photos/0/colours", "[\"#112233\"]", ContentCodes.ListSize, null },
        { "/modules/2/photos/0/colours/0", "\"red\"", ContentCodes.ColourInvalid, null },
        { "/modules/3", "{\"id\": \"mood\", \"type\": \"mood-board\", \"words\": [], \"position\": {\"x\": 1, \"y\": 1}}", ContentCodes.NothingToShow, null },
        { "/modules/3/words/0", Text(31), ContentCodes.TextTooLong, null },
        { "/modules/4/prompt", Text(201), ContentCodes.TextTooLong, null },
        { "/modules/5/choices", "[\"Tea\"]", ContentCodes.ListSize, null },
        { "/modules/5/choices/1", "\" tea\"", ContentCodes.ChoiceDoubled, null },
        { "/modules/6/autoplay", "true", ContentCodes.Autoplays, null },
        { "/modules/6/autoplay", "\"false\"", ContentCodes.Autoplays, null },
        { "/modules/6/kind", "\"flash\"", ContentCodes.ValueUnknown, null },
        { "/modules/6/description", null, ContentCodes.Missing, null },
        { "/modules/7/css", "\".a { background: url(https://evil.example) }\"", ContentCodes.CssUnsafe, null },
        { "/modules/7/css", Text(16_385), ContentCodes.TextTooLong, null },
        { "/modules/4", "{\"id\": \"guests\", \"type\": \"css\", \"css\": \"\"}", ContentCodes.OneOnly, "/modules/7" },
        { "/theme", null, ContentCodes.Missing, null },
        { "/theme/accent", "\"#7A5AF8;background:url(//evil)\"", ContentCodes.ColourInvalid, null },
        { "/theme/font", "\"Comic Sans\"", ContentCodes.ValueUnknown, null },
        { "/theme/dark/background", null, ContentCodes.Missing, null },
        { "/visibility/friends_only", "true", ContentCodes.VisibilityContradictory, "/visibility" },
        { "/visibility/public", "\"yes\"", ContentCodes.WrongType, null },
        { "/created_at", "\"yesterday\"", ContentCodes.TimeMalformed, null },
    };

    /// <summary>The document, the code, and where the refusal points.</summary>
    public static TheoryData<string, string, string> Documents => new()
    {
        { "", ContentCodes.NotJson, "" },
        { "{\"a\": 1,}", ContentCodes.NotJson, "" },
        { "{\"a\": 1} {}", ContentCodes.NotJson, "" },
        { "{\"a\": NaN}", ContentCodes.NotJson, "" },
        { "/* */ {}", ContentCodes.NotJson, "" },
        { "{\"a\": \"\t\"}", ContentCodes.NotJson, "" },
        { "[]", ContentCodes.WrongType, "" },
        { "{\"a\": {\"b\": 1, \"\\u0062\": 2}}", ContentCodes.MemberDoubled, "/a/b" },
        { "{\"a\": [{}, {\"__proto__\": {}}]}", ContentCodes.MemberForbidden, "/a/1/__proto__" },
        { "{\"x/y\": {\"constructor\": 1}}", ContentCodes.MemberForbidden, "/x~1y/constructor" },
        { "{\"a\": [1, \"\\ud800\"]}", ContentCodes.TextBroken, "/a/1" },
        { "{\"\\udc00\": 1}", ContentCodes.TextBroken, "" },
        { "{\"a\": 1e999}", ContentCodes.NumberUnusable, "/a" },
        { $"{{\"a\": 1{new string('0', 40)}}}", ContentCodes.NumberUnusable, "/a" },
        { $"{{\"a\": {new string('[', 16)}{new string(']', 16)}}}", ContentCodes.TooDeep, "/a/0/0/0/0/0/0/0/0/0/0/0/0/0/0/0" },
        { new string('[', 200_000), ContentCodes.TooDeep, string.Concat(Enumerable.Repeat("/0", 16)) },
    };

    private static string Text(int characters, string begin = "") => $"\"{begin}{new string('x', characters - begin.Length)}\"";

    private static string Several(string item, int count) => $"[{string.Join(',', Enumerable.Repeat(item, count))}]";
}
