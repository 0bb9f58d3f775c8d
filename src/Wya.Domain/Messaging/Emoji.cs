using System.Globalization;

namespace Wya.Domain.Messaging;

/// <summary>
/// Tells one emoji from everything else, by the grammar of Unicode's report on emoji (UTS 51): a pictograph with its
/// variation and skin tone, several of them joined into one; a flag of two letters, or of a region by tags; a keycap.
/// What a pictograph is, is what the runtime itself takes for one when it finds where characters end, so no list is kept
/// here that would have to grow with Unicode's.
/// </summary>
public static class Emoji
{
    private const int ZeroWidthJoiner = 0x200D;
    private const int TextVariation = 0xFE0E;
    private const int EmojiVariation = 0xFE0F;
    private const int KeycapMark = 0x20E3;
    private const int BlackFlag = 0x1F3F4;
    private const int TagsEnd = 0xE007F;

    public static bool IsOne(string text)
    {
        if (text.Length is 0 or > MessagingPolicy.EmojiCharactersMax)
        {
            return false;
        }

        int[] runes = [.. text.EnumerateRunes().Select(rune => rune.Value)]; // half a pair comes as U+FFFD, which is no pictograph
        return IsFlag(runes) || IsKeycap(runes) || IsTaggedFlag(runes) || IsJoined(runes);
    }

    private static bool IsFlag(int[] runes) => runes is [>= 0x1F1E6 and <= 0x1F1FF, >= 0x1F1E6 and <= 0x1F1FF];

    private static bool IsKeycap(int[] runes) => runes is [(>= '0' and <= '9') or '#' or '*', EmojiVariation, KeycapMark];

    private static bool IsTaggedFlag(int[] runes) =>
        runes is [BlackFlag, .. { Length: >= 2 and <= 7 } tags, TagsEnd] && tags.All(tag => tag is (>= 0xE0030 and <= 0xE0039) or (>= 0xE0061 and <= 0xE007A));

    private static bool IsJoined(int[] runes)
    {
        int at = 0;
        while (true)
        {
            if (at == runes.Length || !IsPictograph(runes[at]))
            {
                return false;
            }

            at++;
            if (at < runes.Length && runes[at] is EmojiVariation)
            {
                at++;
            }

            if (at < runes.Length && runes[at] is >= 0x1F3FB and <= 0x1F3FF)
            {
                at++;
            }

            if (at == runes.Length)
            {
                return true;
            }

            if (runes[at++] != ZeroWidthJoiner)
            {
                return false;
            }
        }
    }

    /// <summary>By the rule of Unicode that a joiner holds two pictographs together in one character, and nothing else.</summary>
    private static bool IsPictograph(int rune)
    {
        string joined = $"{char.ConvertFromUtf32(rune)}\u200D\u2764";
        return rune != TextVariation && StringInfo.GetNextTextElementLength(joined) == joined.Length;
    }
}
