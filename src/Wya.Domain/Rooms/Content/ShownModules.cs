using System.Text.Json;

namespace Wya.Domain.Rooms.Content;

/// <summary>The modules that are looked at, read or heard.</summary>
internal static class ShownModules
{
    public static void CheckPoster(Field module, ContentLimits limits)
    {
        module.Required("headline")?.Text(RoomLimits.HeadlineMax);
        module.Optional("caption")?.Text(RoomLimits.CaptionMax, lines: true);
        if (module.Optional("picture") is { } picture)
        {
            CheckPicture(picture, limits);
        }

        if (module.Optional("link") is { } link)
        {
            CheckLink(link, limits);
        }
    }

    public static void CheckTextBlock(Field module, ContentLimits limits)
    {
        module.Required("content")?.Text(RoomLimits.ContentMax, lines: true);
        module.Optional("style")?.OneOf("plain", "note", "quote");
        foreach (Field link in module.Optional("links")?.Items(0, RoomLimits.LinksMax) ?? [])
        {
            CheckLink(link, limits);
        }
    }

    public static void CheckPhotoWall(Field module, ContentLimits limits)
    {
        foreach (Field photo in module.Required("photos")?.Items(1, RoomLimits.PhotosMax) ?? [])
        {
            CheckPicture(photo, limits);
        }
    }

    public static void CheckMoodBoard(Field module, ContentLimits limits)
    {
        foreach (Field colour in module.Optional("colours")?.Items(0, RoomLimits.ColoursMax) ?? [])
        {
            colour.Colour();
        }

        foreach (Field word in module.Optional("words")?.Items(0, RoomLimits.WordsMax) ?? [])
        {
            word.Text(RoomLimits.WordMax);
        }

        foreach (Field photo in module.Optional("photos")?.Items(0, RoomLimits.PhotosMax) ?? [])
        {
            CheckPicture(photo, limits);
        }

        if (!IsFilled(module, "colours") && !IsFilled(module, "words") && !IsFilled(module, "photos"))
        {
            module.Refuse(ContentCodes.NothingToShow, "A mood board shows colours, words or photos.");
        }
    }

    public static void CheckMedia(Field module, ContentLimits limits)
    {
        module.Required("kind")?.OneOf("audio", "video");
        module.Required("source")?.Address(limits.MediaHosts);
        module.Required("description")?.Text(RoomLimits.AltMax);
        if (module.Optional("autoplay") is { Value.ValueKind: not JsonValueKind.False } autoplay)
        {
            autoplay.Refuse(ContentCodes.Autoplays, "Nothing in a room begins to play by itself.");
        }
    }

    /// <summary>A file on a host for media, or two to four colours that run into each other.</summary>
    private static void CheckPicture(Field picture, ContentLimits limits)
    {
        if (!picture.IsOf(JsonValueKind.Object, "an object"))
        {
            return;
        }

        picture.Required("alt")?.Text(RoomLimits.AltMax);
        picture.Optional("caption")?.Text(RoomLimits.CaptionMax);
        if (picture.Optional("colours") is { } colours)
        {
            foreach (Field colour in colours.Items(RoomLimits.PictureColoursMin, RoomLimits.PictureColoursMax))
            {
                colour.Colour();
            }

            picture.Optional("source")?.Address(limits.MediaHosts);
        }
        else
        {
            picture.Required("source")?.Address(limits.MediaHosts);
        }
    }

    private static void CheckLink(Field link, ContentLimits limits)
    {
        if (link.IsOf(JsonValueKind.Object, "an object"))
        {
            link.Required("label")?.Text(RoomLimits.LabelMax);
            link.Required("address")?.Address(limits.LinkHosts);
        }
    }

    private static bool IsFilled(Field module, string name) =>
        module.Optional(name) is { Value.ValueKind: JsonValueKind.Array } list && list.Value.GetArrayLength() > 0;
}
