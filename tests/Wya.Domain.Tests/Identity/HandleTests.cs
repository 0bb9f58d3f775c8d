using Shouldly;
using Wya.Domain.Identity;
using Xunit;

namespace Wya.Domain.Tests.Identity;

public sealed class HandleTests
{
    [Theory]
    [InlineData("robin")]
    [InlineData("Robin_42")]
    [InlineData("a.b-c_d")]
    [InlineData("abc")]
    [InlineData("4ever")]
    [InlineData("007")]
    [InlineData("josé")]
    [InlineData("Nguyễn")]
    [InlineData("иван")]
    [InlineData("Νίκος")]
    [InlineData("דוד")]
    [InlineData("محمد")]
    [InlineData("महेश्वर")]
    [InlineData("สมชาย")]
    [InlineData("น้ำฝน")]
    [InlineData("မြို့သူ")]
    [InlineData("山田太郎")]
    [InlineData("やまだタロー")]
    [InlineData("佐々木kenji")]
    [InlineData("김철수")]
    [InlineData("kim철수")]
    [InlineData("ᏣᎳᎩ")]
    [InlineData("አበበች")]
    public void People_write_their_names_in_their_own_script(string typed) => Problem(typed).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("ﬁ")] // two letters in one sign, and still two
    [InlineData("e\u0301e\u0301")] // four signs, two characters
    public void Two_characters_are_too_few(string typed) => Problem(typed).ShouldBe("A handle has 3 to 50 characters.");

    [Fact]
    public void Fifty_characters_are_enough()
    {
        Problem(new string('a', 50)).ShouldBeNull();
        Problem(new string('a', 51)).ShouldBe("A handle has 3 to 50 characters.");
        Problem(string.Concat(Enumerable.Repeat("𠮷", 50))).ShouldBeNull("what needs two code units is still one character");
        Problem(string.Concat(Enumerable.Repeat("𠮷", 51))).ShouldNotBeNull();
        Problem(string.Concat(Enumerable.Repeat("\uFDFA", 20))).ShouldNotBeNull("one character that unfolds into eighteen");
        Problem(new string('a', 100_000)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("rob in")]
    [InlineData(" robin")]
    [InlineData("rob\tin")]
    [InlineData("rob\nin")]
    [InlineData("rob\0in")]
    [InlineData("@robin")]
    [InlineData("rob/in")]
    [InlineData("rob'in")]
    [InlineData("robʼin")] // modifier letter apostrophe
    [InlineData("robʻin")]
    [InlineData("rob\u00B7in")]
    [InlineData("rob\u2011in")] // non-breaking hyphen
    [InlineData("rob\u200Bin")] // zero width space
    [InlineData("rob\u200Din")] // zero width joiner
    [InlineData("rob\u200Cin")]
    [InlineData("rob\u00ADin")] // soft hyphen
    [InlineData("rob\u2060in")] // word joiner
    [InlineData("rob\uFEFFin")] // byte order mark
    [InlineData("rob\u034Fin")] // combining grapheme joiner
    [InlineData("rob\u3164in")] // Hangul filler
    [InlineData("rob\uFFA0in")]
    [InlineData("rob\u115Fin")]
    [InlineData("rob\u180Ein")]
    [InlineData("rob\u202Enib")] // right-to-left override
    [InlineData("\u202Arobin\u202C")]
    [InlineData("rob\u2066in\u2069")] // isolates
    [InlineData("rob\u200Ein")]
    [InlineData("rob\u061Cin")]
    [InlineData("rob\uFE0Fin")] // variation selectors
    [InlineData("rob\U000E0100in")]
    [InlineData("rob\U000E0061in")] // tags
    [InlineData("robin😀")]
    [InlineData("rob½")]
    [InlineData("مـحمد")] // tatweel
    [InlineData("robin\uD800")] // half a surrogate pair
    [InlineData("\uDC00robin")]
    [InlineData("robin\uFFFF")]
    [InlineData("robin\uE000")] // private use
    [InlineData("ʰ\u02E3\u02C8")]
    [InlineData("r̶̷̸o̴b̵i̶n")] // overlays
    public void Nothing_but_letters_digits_and_three_separators(string typed) =>
        Problem(typed).ShouldBe("A handle is made of letters and digits, with dots, hyphens or underscores between them.");

    [Theory]
    [InlineData("_robin")]
    [InlineData("robin.")]
    [InlineData("---")]
    public void A_separator_separates(string typed) => Problem(typed).ShouldBe("A handle begins and ends with a letter or a digit.");

    [Theory]
    [InlineData("rob..in")]
    [InlineData("rob._in")]
    [InlineData("rob--in")]
    public void One_separator_is_enough(string typed) => Problem(typed).ShouldBe("A handle has no two dots, hyphens or underscores in a row.");

    [Theory]
    [InlineData("\u0939\u0947\u0947\u0930\u093E")] // the same sign twice
    [InlineData("\u0947\u0939\u0930")] // on nothing
    [InlineData("\u0939\u0930_\u0947\u0939")]
    [InlineData("\u0939\u0930\u0967\u0947")] // on a digit
    [InlineData("\u0939\u0941\u0942\u0943\u0944\u0947\u0930")] // five in a row
    public void Marks_stand_on_letters_and_not_in_heaps(string typed) =>
        Problem(typed).ShouldBe("A handle has accents and vowel signs only on letters, at most four on one, and none twice.");

    [Theory]
    [InlineData("ramesh१२")]
    [InlineData("रमेश१2")]
    [InlineData("محمد١2")]
    public void One_kind_of_digits(string typed) => Problem(typed).ShouldNotBeNull();

    [Theory]
    [InlineData("rоbin")] // Cyrillic o
    [InlineData("αlpha")]
    [InlineData("иванjr")]
    [InlineData("דודdavid")]
    [InlineData("やまだ철수")] // Japanese with Korean
    [InlineData("иван山田")]
    [InlineData("αβγабв")]
    [InlineData("robinᎠ")]
    public void No_mixing_of_scripts_that_nobody_mixes(string typed) =>
        Problem(typed).ShouldBe("A handle is written in one script; only Japanese, Chinese and Korean may be mixed with Latin letters.");

    [Theory]
    [InlineData("1דוד")]
    [InlineData("٣محمد")]
    public void Right_to_left_begins_with_a_letter(string typed) => Problem(typed).ShouldBe("A handle that is read from right to left begins with a letter.");

    [Theory]
    [InlineData("ＲＯＢＩＮ", "ROBIN")]
    [InlineData("𝐫𝐨𝐛𝐢𝐧", "robin")]
    [InlineData("ⓡⓞⓑⓘⓝ", "robin")]
    [InlineData("jose\u0301", "jos\u00E9")]
    [InlineData("ﬁona", "fiona")]
    [InlineData("\u1100\u1161\u11A8\u1100\u1161\u11A8\u1100\u1161", "각각가")]
    public void A_handle_is_stored_in_normal_form(string typed, string stored)
    {
        Handle.TryParse(typed, out Handle? handle, out _).ShouldBeTrue();
        handle!.Text.ShouldBe(stored);
    }

    private static string? Problem(string typed) => Handle.TryParse(typed, out _, out string? problem) ? null : problem;
}
