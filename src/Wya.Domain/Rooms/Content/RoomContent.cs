using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Wya.Domain.Rooms.Content;

/// <summary>
/// Judges what somebody wants to publish as their room. What is known has to keep its rules; what is not known is kept as it
/// is, and shown by nobody. All that there is to say is said at once, so that an author need not try again for each word.
/// </summary>
public static class RoomContent
{
    /// <param name="json">As it came.</param>
    /// <param name="content">Null when anything was refused.</param>
    /// <param name="refusals">Empty when nothing was.</param>
    public static bool TryCheck(
        ReadOnlyMemory<byte> json, ContentLimits limits, [NotNullWhen(true)] out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals)
    {
        var findings = new Findings();
        content = null;
        using JsonDocument? document = ContentJson.Parse(json, findings);
        if (document is not null)
        {
            content = Check(new Field(document.RootElement, "", null, findings), limits);
        }

        refusals = findings.All;
        content = refusals.Count == 0 ? content : null;
        return content is not null;
    }

    private static CheckedContent? Check(Field room, ContentLimits limits)
    {
        if (!room.IsOf(JsonValueKind.Object, "an object"))
        {
            return null;
        }

        RoomGrid grid = RoomGrid.Read(room);
        var rules = new ModuleRules(limits, grid);
        if (room.Required("modules") is { } modules)
        {
            rules.Check(modules);
        }

        RoomTheme.Check(room);
        CheckWhatPublishingWrites(room);
        ReadOnlyMemory<byte> canonical = ContentJson.Write(room.Value);
        if (canonical.Length > RoomLimits.BytesMax) // a character that must be escaped may have come without
        {
            room.Refuse(ContentCodes.TooLarge, $"A room has at most {RoomLimits.BytesMax / 1024} KiB.");
        }

        return new CheckedContent(canonical, rules.Count, RoomClass.Of(rules.Count, rules.HasCss), rules.GuestModules);
    }

    /// <summary>Every published version has these; whoever sends them may, in their form.</summary>
    private static void CheckWhatPublishingWrites(Field room)
    {
        if (room.Optional("visibility") is { } visibility && visibility.IsOf(JsonValueKind.Object, "an object"))
        {
            bool isPublic = IsTrue(visibility.Required("public")), isForFriends = IsTrue(visibility.Required("friends_only"));
            if (isPublic && isForFriends)
            {
                visibility.Refuse(ContentCodes.VisibilityContradictory, "A room that is public is not for friends alone.");
            }
        }

        if (room.Optional("created_at") is { } time && time.IsOf(JsonValueKind.String, "a time")
            && !DateTimeOffset.TryParseExact(
                time.Value.GetString(), ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            time.Refuse(ContentCodes.TimeMalformed, "A time is in UTC, as 2024-01-01T00:00:00Z.");
        }

        room.Optional("created_by")?.Text(RoomLimits.IdCharactersMax);
    }

    private static bool IsTrue(Field? field)
    {
        if (field is { Value.ValueKind: not (JsonValueKind.True or JsonValueKind.False) } wrong)
        {
            wrong.Refuse(ContentCodes.WrongType, "This must be true or false.");
        }

        return field?.Value.ValueKind == JsonValueKind.True;
    }
}
