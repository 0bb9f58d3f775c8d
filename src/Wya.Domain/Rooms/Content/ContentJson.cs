using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Wya.Domain.Rooms.Content;

/// <summary>
/// What must be true of a document before anything in it means something. Two readers of one document must not see two
/// things: so no member comes twice, no text holds half a character, and no number is beyond what every reader can hold.
/// </summary>
internal static class ContentJson
{
    // What a careless merge in a script would write to every object at once.
    private static readonly string[] Forbidden = ["__proto__", "constructor", "prototype"];

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>Null when something was found that makes it unreadable.</returns>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> json, Findings findings)
    {
        if (json.Length > RoomLimits.BytesMax)
        {
            findings.Add(null, "", ContentCodes.TooLarge, $"A room has at most {RoomLimits.BytesMax / 1024} KiB.");
            return null;
        }

        if (!Utf8.IsValid(json.Span))
        {
            findings.Add(null, "", ContentCodes.NotUtf8, "The document is not UTF-8.");
            return null;
        }

        try
        {
            Look(json.Span, findings);
            return findings.All.Count == 0 ? JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = RoomLimits.DepthMax }) : null;
        }
        catch (JsonException notJson)
        {
            string where = string.Create(CultureInfo.InvariantCulture, $"line {notJson.LineNumber + 1}, byte {notJson.BytePositionInLine + 1}");
            findings.Add(null, "", ContentCodes.NotJson, $"The document is not JSON ({where}).");
            return null;
        }
    }

    public static ReadOnlyMemory<byte> Write(JsonElement root)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Compact))
        {
            root.WriteTo(writer);
        }

        return bytes.WrittenMemory;
    }

    /// <summary>As it stands in a JSON Pointer.</summary>
    public static string Step(string name) =>
        "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private static void Look(ReadOnlySpan<byte> json, Findings findings)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RoomLimits.BytesMax });
        Stack<Place> places = [];
        while (reader.Read() && !findings.IsFull)
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                places.Pop();
                continue;
            }

            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                LookAtName(ref reader, places, findings);
                continue;
            }

            if (places.TryPeek(out Place? around))
            {
                around.Next();
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject when places.Count == RoomLimits.DepthMax:
                    findings.Add(null, Path(places), ContentCodes.TooDeep, $"The document is nested deeper than {RoomLimits.DepthMax}.");
                    return;
                case JsonTokenType.StartArray:
                    places.Push(new Place(IsList: true));
                    break;
                case JsonTokenType.StartObject:
                    places.Push(new Place(IsList: false));
                    break;
                case JsonTokenType.Number when !IsUsable(ref reader):
                    findings.Add(null, Path(places), ContentCodes.NumberUnusable, "The number is too large, too small or too long.");
                    break;
                case JsonTokenType.String when !TryText(ref reader, out _):
                    findings.Add(null, Path(places), ContentCodes.TextBroken, "The text holds half a character.");
                    break;
            }
        }
    }

    private static void LookAtName(ref Utf8JsonReader reader, Stack<Place> places, Findings findings)
    {
        if (!TryText(ref reader, out string? name))
        {
            findings.Add(null, Path(places.Skip(1)), ContentCodes.TextBroken, "The name of a member holds half a character.");
            return;
        }

        Place place = places.Peek();
        place.Name = name;
        if (!place.Names.Add(name))
        {
            findings.Add(null, Path(places), ContentCodes.MemberDoubled, "The member comes twice.");
        }

        if (Forbidden.Contains(name, StringComparer.Ordinal))
        {
            findings.Add(null, Path(places), ContentCodes.MemberForbidden, "No member may have this name: it means something to scripts.");
        }
    }

    private static bool IsUsable(ref Utf8JsonReader reader) =>
        reader.ValueSpan.Length <= RoomLimits.NumberCharactersMax && reader.TryGetDouble(out double value) && double.IsFinite(value);

    private static bool TryText(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException) // one half of a surrogate pair; the reader has no other way to say it
        {
            text = null;
            return false;
        }
    }

    private static string Path(IEnumerable<Place> places) => string.Concat(places.Reverse().Select(place => place.Here));

    /// <summary>An object or a list that is being read, and how far.</summary>
    private sealed record Place(bool IsList)
    {
        private int index = -1;

        public HashSet<string> Names => field ??= new(StringComparer.Ordinal);

        public string? Name { get; set; }

        public string Here => IsList ? "/" + index.ToString(CultureInfo.InvariantCulture) : Name is null ? "" : Step(Name);

        public void Next() => index++;
    }
}
