namespace Wya.Domain.Rooms.Content;

/// <summary>Every reason for which contents are not taken, by its code. Codes are published and never change their meaning.</summary>
public static class ContentCodes
{
    public const string TooLarge = "too-large";
    public const string NotUtf8 = "not-utf8";
    public const string NotJson = "not-json";
    public const string TooDeep = "too-deep";
    public const string MemberDoubled = "member-doubled";
    public const string MemberForbidden = "member-forbidden";
    public const string TextBroken = "text-broken";
    public const string NumberUnusable = "number-unusable";

    public const string Missing = "missing";
    public const string WrongType = "wrong-type";
    public const string OutOfRange = "out-of-range";
    public const string ValueUnknown = "value-unknown";
    public const string ListSize = "list-size";

    public const string TextEmpty = "text-empty";
    public const string TextTooLong = "text-too-long";
    public const string TextCharacter = "text-character";
    public const string ColourInvalid = "colour-invalid";
    public const string TimeMalformed = "time-malformed";
    public const string VisibilityContradictory = "visibility-contradictory";

    public const string AddressMalformed = "address-malformed";
    public const string AddressNotHttps = "address-not-https";
    public const string AddressUser = "address-user";
    public const string AddressPort = "address-port";
    public const string AddressNumeric = "address-numeric";
    public const string AddressLetters = "address-letters";
    public const string AddressHost = "address-host";

    public const string TooManyModules = "too-many-modules";
    public const string ModuleUnknown = "module-unknown";
    public const string IdInvalid = "id-invalid";
    public const string IdDoubled = "id-doubled";
    public const string OutsideGrid = "outside-grid";
    public const string Overlaps = "overlaps";
    public const string OneOnly = "one-only";
    public const string ChoiceDoubled = "choice-doubled";
    public const string NothingToShow = "nothing-to-show";
    public const string Autoplays = "autoplays";
    public const string CssNotAllowed = "css-not-allowed";
    public const string CssUnsafe = "css-unsafe";

    public static IReadOnlyList<string> All { get; } =
    [
        TooLarge, NotUtf8, NotJson, TooDeep, MemberDoubled, MemberForbidden, TextBroken, NumberUnusable,
        Missing, WrongType, OutOfRange, ValueUnknown, ListSize,
        TextEmpty, TextTooLong, TextCharacter, ColourInvalid, TimeMalformed, VisibilityContradictory,
        AddressMalformed, AddressNotHttps, AddressUser, AddressPort, AddressNumeric, AddressLetters, AddressHost,
        TooManyModules, ModuleUnknown, IdInvalid, IdDoubled, OutsideGrid, Overlaps, OneOnly, ChoiceDoubled, NothingToShow,
        Autoplays, CssNotAllowed, CssUnsafe,
    ];
}
