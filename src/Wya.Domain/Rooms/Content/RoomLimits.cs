namespace Wya.Domain.Rooms.Content;

/// <summary>Every limit of what a room holds, by name; docs/reference/room-contents.md and room.schema.json repeat them.</summary>
public static class RoomLimits
{
    public const int BytesMax = 256 * 1024;
    public const int DepthMax = 16;
    public const int NumberCharactersMax = 40;

    /// <summary>Of one document; more would help nobody.</summary>
    public const int RefusalsMax = 50;

    public const int LightModulesMax = 5;
    public const int StandardModulesMax = 10;
    public const int HeavyModulesMax = 20;
    public const int PowerUserModulesMax = 30;

    public const int ColumnsMax = 6;
    public const int RowsMax = 20;

    public const int IdCharactersMax = 64;
    public const int TitleMax = 80;
    public const int HeadlineMax = 120;
    public const int CaptionMax = 300;
    public const int ContentMax = 5_000;
    public const int AltMax = 200;
    public const int LabelMax = 80;
    public const int QuestionMax = 200;
    public const int ChoiceMax = 80;
    public const int WordMax = 30;
    public const int CssMax = 16 * 1024;
    public const int AddressMax = 2_048;

    public const int LinksMax = 10;
    public const int PhotosMax = 24;
    public const int ColoursMax = 12;
    public const int WordsMax = 24;
    public const int ChoicesMin = 2;
    public const int ChoicesMax = 10;
    public const int PictureColoursMin = 2;
    public const int PictureColoursMax = 4;

    /// <summary>More marks on one letter than any living script needs.</summary>
    public const int MarksInRowMax = 4;

    /// <param name="mayWriteCss">Holds the capability for it.</param>
    public static int ModulesMaxFor(bool mayWriteCss) => mayWriteCss ? PowerUserModulesMax : HeavyModulesMax;
}

/// <summary>What a room costs to show. Stored in read models and told to visitors: names never change.</summary>
public static class RoomClass
{
    public const string Light = "light";
    public const string Standard = "standard";
    public const string Heavy = "heavy";
    public const string PowerUser = "power_user";

    internal static string Of(int modules, bool hasCss) =>
        hasCss || modules > RoomLimits.HeavyModulesMax ? PowerUser
        : modules > RoomLimits.StandardModulesMax ? Heavy
        : modules > RoomLimits.LightModulesMax ? Standard
        : Light;
}

/// <summary>The names of the kinds of modules, as a module's <c>type</c> gives them.</summary>
public static class ModuleKind
{
    public const string Poster = "poster";
    public const string TextBlock = "text-block";
    public const string PhotoWall = "photo-wall";
    public const string MoodBoard = "mood-board";
    public const string Guestbook = "guestbook";
    public const string Poll = "poll";
    public const string Media = "media";
    public const string Css = "css";

    public static IReadOnlyList<string> All { get; } = [Poster, TextBlock, PhotoWall, MoodBoard, Guestbook, Poll, Media, Css];
}
