using System.Globalization;
using System.Text;

namespace Wya.Domain.Rooms.Content;

/// <summary>
/// What a text may hold: characters that are seen, in the order in which they are read. What turns the direction of
/// others, hides, or has no width could make a text look like another one.
/// </summary>
internal static class PlainText
{
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int BlackFlag = 0x1F3F4;

    /// <returns>Null when all is well; else a code and a sentence.</returns>
    public static (string Code, string Reason)? Trouble(string text, int charactersMax, bool lines)
    {
        int characters = 0, marks = 0;
        bool isBlank = true;
        var before = default(Rune);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (++characters > charactersMax)
            {
                return (ContentCodes.TextTooLong, string.Create(CultureInfo.InvariantCulture, $"This text has at most {charactersMax} characters."));
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > RoomLimits.MarksInRowMax)
            {
                return (ContentCodes.TextCharacter, $"A letter has at most {RoomLimits.MarksInRowMax} marks.");
            }

            if (!(lines && rune.Value == '\n') && (IsHidden(rune, category) || IsLooseJoiner(rune, before)) && !IsOfFlag(rune, before))
            {
                return (ContentCodes.TextCharacter, string.Create(
                    CultureInfo.InvariantCulture, $"The character U+{rune.Value:X4} is invisible, or changes how others are shown."));
            }

            isBlank = isBlank && Rune.IsWhiteSpace(rune);
            before = rune;
        }

        return before.Value is ZeroWidthJoiner or ZeroWidthNonJoiner ? (ContentCodes.TextCharacter, "The text ends with a joiner that joins nothing.")
            : isBlank ? (ContentCodes.TextEmpty, "The text is blank.")
            : null;
    }

    private static bool IsHidden(Rune rune, UnicodeCategory category) =>
        category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
        || (category == UnicodeCategory.Format && rune.Value is not (ZeroWidthJoiner or ZeroWidthNonJoiner))
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 // letters and marks without a shape
        || rune.Value is >= 0xFDD0 and <= 0xFDEF || (rune.Value & 0xFFFE) == 0xFFFE; // no characters at all

    /// <summary>They belong between letters of scripts that join, and between emoji, and do nothing elsewhere.</summary>
    private static bool IsLooseJoiner(Rune rune, Rune before) =>
        rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner
        && (before.Value < 0x0600 || before.Value is ZeroWidthJoiner or ZeroWidthNonJoiner || Rune.IsWhiteSpace(before));

    /// <summary>The flags of England, Scotland and Wales are a black one that is followed by tags.</summary>
    private static bool IsOfFlag(Rune rune, Rune before) =>
        rune.Value is >= 0xE0061 and <= 0xE007F && before.Value is BlackFlag or >= 0xE0061 and <= 0xE007A;
}
