using System.Text;
using System.Text.Json.Nodes;
using Wya.Domain.Rooms.Content;

namespace Wya.Domain.Tests.Rooms;

/// <summary>A room with something of everything, and ways to change one thing in it.</summary>
internal static class RoomSamples
{
    public const string Full =
        """
        {
          "layout": {"type": "grid", "columns": 3, "rows": 4},
          "modules": [
            {"id": "welcome", "type": "poster", "title": "Welcome", "headline": "Come in", "caption": "Two lines\nof it", "position": {"x": 0, "y": 0}, "size": {"width": 2, "height": 1},
             "picture": {"source": "https://media.example.org/a.jpg", "alt": "A door", "caption": "Mine"}, "link": {"label": "More", "address": "https://example.org/more?x=1#y"}},
            {"id": "about", "type": "text-block", "content": "Hello.\n\nI am Noor 🏳️‍🌈.", "style": "note", "position": {"x": 2, "y": 0}, "links": [{"label": "Shop", "address": "https://shop.example.net"}]},
            {"id": "wall", "type": "photo-wall", "position": {"x": 0, "y": 1}, "photos": [{"alt": "Dusk", "colours": ["#112233", "#AABBCC"]}]},
            {"id": "mood", "type": "mood-board", "position": {"x": 1, "y": 1}, "colours": ["#112233"], "words": ["rain"], "photos": [{"source": "https://media.example.org/b.jpg", "alt": "Rain"}]},
            {"id": "guests", "type": "guestbook", "prompt": "Say hello", "position": {"x": 2, "y": 1}},
            {"id": "vote", "type": "poll", "question": "Tea or coffee?", "choices": ["Tea", "Coffee", "Water"], "position": {"x": 0, "y": 2}},
            {"id": "song", "type": "media", "kind": "audio", "source": "https://media.example.org/song.mp3", "description": "A song", "autoplay": false, "position": {"x": 1, "y": 2}},
            {"id": "dress", "type": "css", "css": ".poster { color: red }"}
          ],
          "theme": {"background": "#0C0D0F", "accent": "#7A5AF8", "surface": "#FFFFFF", "font": "serif", "corners": "round", "dark": {"background": "#000000", "accent": "#FFFFFF"}},
          "visibility": {"public": true, "friends_only": false},
          "created_at": "2024-01-01T00:00:00Z",
          "created_by": "5d1c4f36-0f6a-4b7e-9c57-2f6f1a8f0001"
        }
        """;

    public static ContentLimits Limits { get; } = new(
        RoomLimits.PowerUserModulesMax, CssAllowed: true, css => new CssResult(css, css.Contains("url(", StringComparison.Ordinal) ? ["No url()."] : []),
        ["example.org", "*.example.net"], ["media.example.org"]);

    public static JsonNode Parsed => JsonNode.Parse(Full)!;

    public static IReadOnlyList<ContentRefusal> Refusals(string json, ContentLimits? limits = null) => Refusals(Encoding.UTF8.GetBytes(json), limits);

    public static IReadOnlyList<ContentRefusal> Refusals(byte[] json, ContentLimits? limits = null)
    {
        RoomContent.TryCheck(json, limits ?? Limits, out _, out IReadOnlyList<ContentRefusal> refusals);
        return refusals;
    }

    /// <summary>The full room with one value changed.</summary>
    /// <param name="path">A JSON Pointer, of which a last step "-" adds to a list.</param>
    /// <param name="value">As JSON; null takes the value away.</param>
    public static string With(string path, string? value)
    {
        string[] steps = path.Split('/')[1..];
        JsonNode room = Parsed, at = room;
        foreach (string step in steps[..^1])
        {
            at = (int.TryParse(step, out int index) ? at[index] : at[step])!;
        }

        JsonNode? given = value is null ? null : JsonNode.Parse(value);
        switch (at)
        {
            case JsonArray list when steps[^1] == "-": list.Add(given); break;
            case JsonArray list when value is null: list.RemoveAt(int.Parse(steps[^1], null)); break;
            case JsonArray list: list[int.Parse(steps[^1], null)] = given; break;
            case JsonObject members when value is null: members.Remove(steps[^1]); break;
            case JsonObject members: members[steps[^1]] = given; break;
        }

        return room.ToJsonString();
    }
}
