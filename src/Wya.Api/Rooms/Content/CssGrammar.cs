using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Wya.Api.Rooms.Content;

/// <summary>The properties, functions, values, selectors and conditions of which the CSS of a room may be made: what is not here is refused.</summary>
internal static partial class CssGrammar
{
    /// <summary>The class of the room's root, which a room may also dress itself.</summary>
    public const string Root = "room";

    private const int ValueMax = 400;
    private const int CompoundsMax = 6;

    // Nothing that takes an element out of its place (position, float, z-index), writes text (content), catches or hides the
    // pointer, or moves by itself (animation: flashing light can hurt).
    private static readonly FrozenSet<string> Properties = Set(
        """
        color opacity visibility display box-sizing
        background-color background-image background-position-x background-position-y background-size background-repeat-x background-repeat-y
        background-attachment background-origin background-clip
        margin-top margin-right margin-bottom margin-left padding-top padding-right padding-bottom padding-left
        border-top-width border-right-width border-bottom-width border-left-width
        border-top-style border-right-style border-bottom-style border-left-style
        border-top-color border-right-color border-bottom-color border-left-color
        border-top-left-radius border-top-right-radius border-bottom-left-radius border-bottom-right-radius
        border-image-source border-image-slice border-image-width border-image-outset border-image-repeat
        outline-width outline-style outline-color outline-offset border-collapse border-spacing
        font-family font-size font-style font-weight font-variant font-stretch line-height letter-spacing word-spacing
        text-align text-indent text-transform text-shadow text-overflow white-space word-break overflow-wrap hyphens
        text-decoration-line text-decoration-style text-decoration-color text-decoration-thickness text-underline-offset
        list-style-type list-style-position list-style-image
        width height min-width min-height max-width max-height aspect-ratio object-fit object-position overflow-x overflow-y overflow
        row-gap column-gap gap grid-template-columns grid-template-rows grid-auto-rows grid-auto-columns grid-auto-flow
        grid-column-start grid-column-end grid-row-start grid-row-end
        flex-grow flex-shrink flex-basis flex-direction flex-wrap order
        justify-content justify-items justify-self align-content align-items align-self place-items place-content place-self
        column-count column-width column-rule-width column-rule-style column-rule-color vertical-align
        box-shadow filter transform transform-origin rotate scale translate clip-path mix-blend-mode
        transition-property transition-duration transition-timing-function transition-delay
        """);

    private static readonly FrozenSet<string> Functions = Set(
        """
        rgb rgba hsl hsla linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
        calc min max clamp var repeat minmax translate translatex translatey rotate scale scalex scaley skew skewx skewy
        blur brightness contrast grayscale hue-rotate saturate sepia drop-shadow circle ellipse inset polygon cubic-bezier steps
        nth-child nth-of-type
        """);

    private static readonly FrozenSet<string> Elements = Set(
        "a article audio blockquote div em figcaption figure footer h2 h3 header img li ol p section small span strong time ul video");

    private static readonly FrozenSet<string> Variables = Set("--background --surface --ink --muted --line --accent --on-accent");

    public static bool IsProperty(string name) => Properties.Contains(name);

    public static bool IsFunction(string name) => Functions.Contains(name);

    /// <returns>What may be written; null when the value is not of this grammar.</returns>
    public static string? Value(string property, string value)
    {
        string text = (property == "font-family" ? value.Replace("\"", "", StringComparison.Ordinal) : value).Trim();
        bool isOne = text.Length is > 0 and <= ValueMax
            && ValueCharacters().IsMatch(text)
            && IsBalanced(text)
            && Function().Matches(text).All(match => Functions.Contains(match.Groups["name"].Value.ToLowerInvariant()))
            && Variable().Matches(text).All(match => Variables.Contains(match.Value))
            && !LongNumber().IsMatch(text)
            && !(property == "background-attachment" && text.Contains("fixed", StringComparison.OrdinalIgnoreCase));
        return isOne ? text : null;
    }

    /// <returns>The selector as it begins at the room's root; null when it is not of this grammar.</returns>
    public static string? Scoped(string selector)
    {
        string text = selector.Trim();
        string elements = PseudoElement().Replace(text, "", 1);
        string[] compounds = elements.Split([' ', '>'], StringSplitOptions.RemoveEmptyEntries);
        return !Combined().IsMatch(elements) || compounds.Length > CompoundsMax || !compounds.All(IsCompound) ? null
            : RootFirst().IsMatch(text) ? text
            : $".{Root} {text}";
    }

    public static string? MediaCondition(string condition)
    {
        string text = condition.Trim().ToLowerInvariant();
        return Media().IsMatch(text) ? text : null;
    }

    private static bool IsCompound(string text) =>
        Compound().Match(text) is { Success: true } match && (match.Groups["element"].Value is var element) && (element.Length == 0 || Elements.Contains(element));

    private static bool IsBalanced(string text)
    {
        int open = 0;
        foreach (char character in text)
        {
            open += character == '(' ? 1 : character == ')' ? -1 : 0;
            if (open < 0)
            {
                return false;
            }
        }

        return open == 0;
    }

    private static FrozenSet<string> Set(string names) =>
        names.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^[a-zA-Z0-9 #%.,()+*/-]+$")]
    private static partial Regex ValueCharacters();

    [GeneratedRegex(@"(?<name>[a-zA-Z-][a-zA-Z0-9-]*)?\(")]
    private static partial Regex Function();

    [GeneratedRegex("--[a-zA-Z0-9-]*")]
    private static partial Regex Variable();

    /// <summary>A blur or a shadow of kilometres costs a phone its life.</summary>
    [GeneratedRegex(@"(?<![#0-9a-zA-Z.])[0-9]{5,}|(?<![#0-9a-zA-Z])[0-9]+[eE][+-]?[0-9]")]
    private static partial Regex LongNumber();

    [GeneratedRegex("^[^ >]+(?:(?: ?> ?| )[^ >]+)*$")]
    private static partial Regex Combined();

    [GeneratedRegex(@"^(?:(?<element>[a-z][a-z0-9]*)|\*)?(?:[.][a-z][a-z0-9-]{0,63}|#m-[a-z][a-z0-9-]{0,63}|:(?:hover|focus-within|(?:first|last)-(?:child|of-type)|only-child|nth-(?:child|of-type)\((?:odd|even|[0-9n+-]{1,8})\)))*$")]
    private static partial Regex Compound();

    [GeneratedRegex("::(?:first-letter|first-line|marker)$")]
    private static partial Regex PseudoElement();

    [GeneratedRegex(@"^\.room(?![a-z0-9-])")]
    private static partial Regex RootFirst();

    [GeneratedRegex(@"^(?:\((?:prefers-color-scheme: ?(?:dark|light)|prefers-reduced-motion: ?(?:reduce|no-preference)|(?:min|max)-width: ?[0-9]{1,4}(?:px|em|rem))\)(?: and (?=\()|$)){1,3}$")]
    private static partial Regex Media();
}
