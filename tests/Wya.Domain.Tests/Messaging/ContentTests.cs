using Shouldly;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Xunit;

namespace Wya.Domain.Tests.Messaging;

public sealed class ContentTests
{
    [Theory]
    [InlineData("x", true)]
    [InlineData("", false)]
    [InlineData(" \n\u00a0", false)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void A_text_has_1_to_10000_characters_that_are_not_all_blank(object text, bool isFit)
    {
        string plain = text as string ?? new string('x', (int)text);
        string astral = text as string ?? string.Concat(Enumerable.Repeat("😀", (int)text));
        Fits(new MessageContent(plain)).ShouldBe(isFit);
        Fits(new MessageContent(astral)).ShouldBe(isFit, "characters count, not what they take");
    }

    [Theory]
    [InlineData(null, "AAAA", true)]
    [InlineData(null, "not base64!", false)]
    [InlineData(null, "", false)]
    [InlineData(null, null, false)]
    [InlineData("text", "AAAA", false)]
    public void A_ciphertext_is_base64_and_stands_alone(string? text, string? ciphertext, bool isFit)
    {
        (ContentRules.Refuse(MessageKind.Ciphertext, new MessageContent(text, ciphertext)) is null).ShouldBe(isFit);
        Fits(new MessageContent(text, ciphertext)).ShouldBe(false, "of the kind text it is none");
    }

    [Fact]
    public void A_ciphertext_has_at_most_49152_characters()
    {
        ContentRules.Refuse(MessageKind.Ciphertext, new MessageContent(Ciphertext: new string('A', 49_152))).ShouldBeNull();
        ContentRules.Refuse(MessageKind.Ciphertext, new MessageContent(Ciphertext: new string('A', 49_156)))!.Code.ShouldBe("content-invalid");
    }

    [Fact]
    public void Attachments_may_stand_alone_and_there_are_at_most_10_of_them()
    {
        var picture = new Attachment("blob/1", "image/png", "Lantern.png", 1);
        Fits(new MessageContent(Attachments: [picture])).ShouldBeTrue();
        Fits(new MessageContent(Attachments: [.. Enumerable.Repeat(picture, 10)])).ShouldBeTrue();
        Fits(new MessageContent(Attachments: [.. Enumerable.Repeat(picture, 11)])).ShouldBeFalse();
        foreach (Attachment unfit in new[]
        {
            picture with { Reference = "" }, picture with { Reference = new string('x', 301) }, picture with { Reference = "a\nb" },
            picture with { MediaType = "png" }, picture with { MediaType = "/" }, picture with { Name = "" }, picture with { Name = new string('x', 201) },
            picture with { Bytes = -1 },
        })
        {
            Fits(new MessageContent(Attachments: [unfit])).ShouldBeFalse(unfit.ToString());
        }
    }

    [Theory]
    [InlineData("👍")]
    [InlineData("❤️")]
    [InlineData("❤")]
    [InlineData("👍🏽")]
    [InlineData("👩‍👩‍👧‍👦")]
    [InlineData("👨🏿‍🤝‍👨🏻")]
    [InlineData("🏴‍☠️")]
    [InlineData("🏳️‍🌈")]
    [InlineData("🇺🇦")]
    [InlineData("🏴󠁧󠁢󠁳󠁣󠁴󠁿")]
    [InlineData("1️⃣")]
    [InlineData("#️⃣")]
    [InlineData("🙂‍↔️")]
    public void One_emoji_is_a_reaction(string emoji) => Emoji.IsOne(emoji).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a")]
    [InlineData("ok")]
    [InlineData("1")]
    [InlineData("#")]
    [InlineData("字")]
    [InlineData("👍👍")]
    [InlineData("👍 ")]
    [InlineData("👍a")]
    [InlineData("👍\u0301")]
    [InlineData("👍\u200d")]
    [InlineData("\u200d👍")]
    [InlineData("👍\u200da")]
    [InlineData("\ufe0f")]
    [InlineData("🏽")]
    [InlineData("🇺")]
    [InlineData("🇺🇦🇺🇦")]
    [InlineData("🏴\U000e007f")]
    [InlineData("\ud83d")]
    [InlineData("\r\n")]
    [InlineData("👍\0")]
    public void Anything_else_is_none(string text) => Emoji.IsOne(text).ShouldBeFalse();

    [Fact]
    public void An_emoji_without_end_is_none()
    {
        Emoji.IsOne(string.Join('\u200d', Enumerable.Repeat("👩", 10))).ShouldBeTrue();
        Emoji.IsOne(string.Join('\u200d', Enumerable.Repeat("👩", 11))).ShouldBeTrue();
        Emoji.IsOne(string.Join('\u200d', Enumerable.Repeat("👩", 12))).ShouldBeFalse();
    }

    private static bool Fits(MessageContent content) => ContentRules.Refuse(MessageKind.Text, content) is null;
}
