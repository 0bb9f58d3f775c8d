using System.Globalization;
using System.Text;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;
using Wya.Domain.Rooms.Content;

namespace Wya.Api.Rooms.Content;

/// <summary>
/// Lets CSS of a room's author dress the room and nothing else. Three steps, each of which would do alone for most of what
/// people try: first the text is refused for whatever this house never takes (escapes, strings, markup, other rules than
/// <c>@media</c>, functions that are not on the list), so that what is left can be read in one way only; then a parser reads
/// it; then a new sheet is written of the properties, values and selectors that are on the lists, with every selector
/// beginning at the room's root. Nothing of the author's text is copied that our own grammar has not matched, so a fault
/// in the parser can at worst lose a rule. If anything is refused, nothing is shown.
/// </summary>
internal static class CssSanitiser
{
    private const int RulesMax = 200;
    private const int SelectorsMax = 400;
    private const int DeclarationsMax = 2_000;
    private const int RefusedMax = 20;

    private static readonly CssParserOptions Everything = new() { IsIncludingUnknownDeclarations = true, IsIncludingUnknownRules = true, IsToleratingInvalidSelectors = true };

    public static CssResult Sanitise(string css)
    {
        List<string> refused = [.. CssText.Trouble(css)];
        if (refused.Count > 0 || !CssText.TryWithoutComments(css, out string? text))
        {
            return Nothing(refused);
        }

        var sheet = new Sheet(refused);
        sheet.Take(new CssParser(Everything).ParseStyleSheet(text).Rules, isInMedia: false);
        return refused.Count == 0 ? new CssResult(sheet.ToString(), []) : Nothing(refused);
    }

    private static CssResult Nothing(List<string> refused) => new("", [.. refused.Distinct(StringComparer.Ordinal).Take(RefusedMax)]);

    /// <summary>What is written anew.</summary>
    private sealed class Sheet(List<string> refused)
    {
        private readonly StringBuilder written = new();
        private int rules, selectors, declarations;

        public override string ToString() => written.ToString();

        public void Take(IEnumerable<ICssRule> read, bool isInMedia)
        {
            foreach (ICssRule rule in read)
            {
                if (++rules > RulesMax)
                {
                    refused.Add(string.Create(CultureInfo.InvariantCulture, $"There are more than {RulesMax} rules."));
                    return;
                }

                switch (rule)
                {
                    case ICssStyleRule style: TakeStyle(style); break;
                    case ICssMediaRule media when !isInMedia: TakeMedia(media); break;
                    default: refused.Add("A rule stands where only rules for elements may stand."); break;
                }
            }
        }

        private void TakeMedia(ICssMediaRule media)
        {
            if (CssGrammar.MediaCondition(media.ConditionText) is not { } condition)
            {
                refused.Add($"The condition of '@media {Shown(media.ConditionText)}' is not one that rooms may use.");
                return;
            }

            written.Append("@media ").Append(condition).Append('{');
            Take(media.Rules, isInMedia: true);
            written.Append('}');
        }

        private void TakeStyle(ICssStyleRule style)
        {
            List<string> scoped = [];
            foreach (string selector in style.SelectorText.Split(','))
            {
                if (CssGrammar.Scoped(selector) is { } one && ++selectors <= SelectorsMax)
                {
                    scoped.Add(one);
                }
                else
                {
                    refused.Add($"The selector '{Shown(selector)}' is not one that rooms may use.");
                }
            }

            written.AppendJoin(',', scoped).Append('{');
            foreach (ICssProperty property in style.Style)
            {
                TakeProperty(property);
            }

            written.Append('}');
        }

        private void TakeProperty(ICssProperty property)
        {
            if (property.Value.Length == 0)
            {
                return; // what a shorthand leaves open
            }

            if (!CssGrammar.IsProperty(property.Name))
            {
                refused.Add($"The property '{Shown(property.Name)}' is not one that rooms may use.");
            }
            else if (CssGrammar.Value(property.Name, property.Value) is not { } value || ++declarations > DeclarationsMax)
            {
                refused.Add($"The value of '{property.Name}' is not one that rooms may use.");
            }
            else
            {
                written.Append(property.Name).Append(':').Append(value).Append(property.IsImportant ? "!important;" : ";");
            }
        }

        private static string Shown(string text) => text.Length <= 60 ? text.Trim() : text[..60].Trim() + "…";
    }
}
