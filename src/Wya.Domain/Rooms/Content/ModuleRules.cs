using System.Globalization;
using System.Text.Json;

namespace Wya.Domain.Rooms.Content;

/// <summary>What is true of all modules together, and of each whatever its kind.</summary>
internal sealed class ModuleRules(ContentLimits limits, RoomGrid grid)
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> onlyOnes = new(StringComparer.Ordinal);
    private readonly List<GuestModule> guestModules = [];

    public int Count { get; private set; }

    public bool HasCss => onlyOnes.Contains(ModuleKind.Css);

    public IReadOnlyList<GuestModule> GuestModules => guestModules;

    public void Check(Field modules)
    {
        if (!modules.IsOf(JsonValueKind.Array, "a list"))
        {
            return;
        }

        Count = modules.Value.GetArrayLength();
        if (Count > limits.ModulesMax)
        {
            modules.Refuse(ContentCodes.TooManyModules, limits.ModulesMax < RoomLimits.PowerUserModulesMax
                ? $"You may have {limits.ModulesMax} modules in a room, and with the capability for CSS {RoomLimits.PowerUserModulesMax}."
                : $"A room has at most {limits.ModulesMax} modules.");
        }

        int number = 0;
        foreach (JsonElement value in modules.Value.EnumerateArray().Take(RoomLimits.PowerUserModulesMax))
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{modules.Path}/{number}");
            string called = CalledBy(value) ?? string.Create(CultureInfo.InvariantCulture, $"#{number + 1}");
            CheckOne(new Field(value, path, called, modules.Findings), called);
            number++;
        }
    }

    private void CheckOne(Field module, string called)
    {
        if (!module.IsOf(JsonValueKind.Object, "an object"))
        {
            return;
        }

        CheckId(module);
        module.Optional("title")?.Text(RoomLimits.TitleMax);
        string? kind = KindOf(module);
        if (kind != ModuleKind.Css)
        {
            grid.Place(module, called);
        }

        if (kind is ModuleKind.Media or ModuleKind.Css && !onlyOnes.Add(kind))
        {
            module.Refuse(ContentCodes.OneOnly, $"A room has one module of the kind '{kind}'.");
        }

        switch (kind)
        {
            case ModuleKind.Poster: ShownModules.CheckPoster(module, limits); break;
            case ModuleKind.TextBlock: ShownModules.CheckTextBlock(module, limits); break;
            case ModuleKind.PhotoWall: ShownModules.CheckPhotoWall(module, limits); break;
            case ModuleKind.MoodBoard: ShownModules.CheckMoodBoard(module, limits); break;
            case ModuleKind.Media: ShownModules.CheckMedia(module, limits); break;
            case ModuleKind.Css: CheckCss(module); break;
            case ModuleKind.Guestbook:
                module.Optional("prompt")?.Text(RoomLimits.QuestionMax);
                guestModules.Add(new GuestModule(called, ModuleKind.Guestbook, 0));
                break;
            case ModuleKind.Poll: CheckPoll(module, called); break;
        }
    }

    private void CheckId(Field module)
    {
        if (module.Required("id") is not { } id || !id.IsOf(JsonValueKind.String, "a text"))
        {
            return;
        }

        if (CalledBy(module.Value) is not { } usable)
        {
            id.Refuse(ContentCodes.IdInvalid, $"An id has 1 to {RoomLimits.IdCharactersMax} small letters a to z, digits and hyphens, and begins with a letter.");
        }
        else if (!ids.Add(usable))
        {
            id.Refuse(ContentCodes.IdDoubled, "Another module has this id.");
        }
    }

    private static string? KindOf(Field module)
    {
        if (module.Required("type") is not { } type || !type.IsOf(JsonValueKind.String, "a text"))
        {
            return null;
        }

        string kind = type.Value.GetString()!;
        if (!ModuleKind.All.Contains(kind, StringComparer.Ordinal))
        {
            type.Refuse(ContentCodes.ModuleUnknown, $"There is no such kind of module; there are: {string.Join(", ", ModuleKind.All)}.");
            return null;
        }

        return kind;
    }

    /// <summary>Its id, if it can be one.</summary>
    private static string? CalledBy(JsonElement module) =>
        module.ValueKind == JsonValueKind.Object && module.TryGetProperty("id", out JsonElement id) && id.ValueKind == JsonValueKind.String
        && id.GetString() is { Length: > 0 and <= RoomLimits.IdCharactersMax } text && char.IsAsciiLetterLower(text[0])
        && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-')
            ? text
            : null;

    private void CheckPoll(Field module, string called)
    {
        module.Required("question")?.Text(RoomLimits.QuestionMax);
        if (module.Required("choices") is not { } choices)
        {
            return;
        }

        HashSet<string> texts = new(StringComparer.OrdinalIgnoreCase);
        IReadOnlyList<Field> items = choices.Items(RoomLimits.ChoicesMin, RoomLimits.ChoicesMax);
        foreach (Field choice in items)
        {
            if (choice.Text(RoomLimits.ChoiceMax) is { } text && !texts.Add(text.Trim()))
            {
                choice.Refuse(ContentCodes.ChoiceDoubled, "Another choice says the same.");
            }
        }

        guestModules.Add(new GuestModule(called, ModuleKind.Poll, items.Count));
    }

    private void CheckCss(Field module)
    {
        if (!limits.CssAllowed)
        {
            module.Refuse(ContentCodes.CssNotAllowed, "CSS of one's own needs the capability 'room.customize.css'.");
        }

        if (module.Required("css") is not { } css || !css.IsOf(JsonValueKind.String, "a text"))
        {
            return;
        }

        string text = css.Value.GetString()!;
        if (text.Length > RoomLimits.CssMax)
        {
            css.Refuse(ContentCodes.TextTooLong, $"This text has at most {RoomLimits.CssMax} characters.");
            return;
        }

        foreach (string refused in limits.SanitiseCss(text).Refused)
        {
            css.Refuse(ContentCodes.CssUnsafe, refused);
        }
    }
}
