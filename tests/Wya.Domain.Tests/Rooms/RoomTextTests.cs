using System.Text.Json;
using Shouldly;
using Wya.Domain.Rooms.Content;
using Xunit;
using static Wya.Domain.Tests.Rooms.RoomSamples;

namespace Wya.Domain.Tests.Rooms;

public sealed class RoomTextTests
{
    [Theory]
    [InlineData("Plain text")]
    [InlineData("Grüße aus Łódź, 你好, שלום, مرحبا, สวัสดี")]
    [InlineData("👨‍👩‍👧‍👦 ❤️‍🔥 🏴󠁧󠁢󠁥󠁮󠁧󠁿 1️⃣ 👍🏽")]
    [InlineData("می‌خواهم")]
    [InlineData("<b>&amp; \"quoted\"</b>")]
    [InlineData("Tie\u0302\u0301ng Vie\u0323\u0302t")]
    public void What_people_write_is_taken(string text) => Refusals(With("/modules/0/headline", JsonSerializer.Serialize(text))).ShouldBeEmpty();

    [Theory]
    [InlineData("\u0000")]
    [InlineData("\u001b[31m")]
    [InlineData("a\u202Egpj.exe")]
    [InlineData("a\u2066b\u2069")]
    [InlineData("a\u200Fb")]
    [InlineData("a\u200Bb")]
    [InlineData("a\u200Db")]
    [InlineData("你\u200D\u200D好")]
    [InlineData("你\u200D")]
    [InlineData("a\u2060b")]
    [InlineData("\uFEFFa")]
    [InlineData("a\u00ADb")]
    [InlineData("a\u2028b")]
    [InlineData("a\u3164b")]
    [InlineData("a\u2800b")]
    [InlineData("\uE000")]
    [InlineData("\uFFFF")]
    [InlineData("a\U000E0041b")]
    [InlineData("Z\u0351\u036B\u0343\u036A\u0302a")]
    public void What_hides_or_turns_others_around_is_refused(string text)
    {
        ContentRefusal refusal = Refusals(With("/modules/0/headline", JsonSerializer.Serialize(text))).ShouldHaveSingleItem();
        refusal.Code.ShouldBe(ContentCodes.TextCharacter, refusal.Reason);
    }

    [Theory]
    [InlineData("https://example.org", null)]
    [InlineData("https://example.org/", null)]
    [InlineData("https://example.org/a%20b?c=d&e=[f]#g", null)]
    [InlineData("https://a.b.example.net/", null)]
    [InlineData("https://example.net/", ContentCodes.AddressHost)]
    [InlineData("https://notexample.net/", ContentCodes.AddressHost)]
    [InlineData("https://example.org.evil.example/", ContentCodes.AddressHost)]
    [InlineData("https://evil.example/?https://example.org/", ContentCodes.AddressHost)]
    [InlineData("http://example.org/", ContentCodes.AddressNotHttps)]
    [InlineData("HTTPS://example.org/", ContentCodes.AddressNotHttps)]
    [InlineData(" https://example.org/", ContentCodes.AddressNotHttps)]
    [InlineData("//example.org/", ContentCodes.AddressNotHttps)]
    [InlineData("java\nscript:alert(1)", ContentCodes.AddressNotHttps)]
    [InlineData("https:example.org", ContentCodes.AddressNotHttps)]
    [InlineData("https://", ContentCodes.AddressMalformed)]
    [InlineData("https:///example.org/", ContentCodes.AddressMalformed)]
    [InlineData("https://EXAMPLE.org/", ContentCodes.AddressMalformed)]
    [InlineData("https://example.org./", ContentCodes.AddressMalformed)]
    [InlineData("https://example%2Eorg/", ContentCodes.AddressMalformed)]
    [InlineData("https://exa\tmple.org/", ContentCodes.AddressMalformed)]
    [InlineData("https://example.org/a b", ContentCodes.AddressMalformed)]
    [InlineData("https://example.org/%4", ContentCodes.AddressMalformed)]
    [InlineData("https://example.org/\"onload=x", ContentCodes.AddressMalformed)]
    [InlineData("https://example.org/ü", ContentCodes.AddressMalformed)]
    [InlineData("https://localhost/", ContentCodes.AddressMalformed)]
    [InlineData("https://user:pw@example.org/", ContentCodes.AddressUser)]
    [InlineData("https://example.org:443/", ContentCodes.AddressPort)]
    [InlineData("https://127.1/", ContentCodes.AddressNumeric)]
    [InlineData("https://0x7f.0.0.0x1/", ContentCodes.AddressNumeric)]
    [InlineData("https://2130706433/", ContentCodes.AddressNumeric)]
    [InlineData("https://[::1]/", ContentCodes.AddressNumeric)]
    [InlineData("https://xn--exmple-cua.org/", ContentCodes.AddressLetters)]
    [InlineData("https://example。org/", ContentCodes.AddressLetters)]
    public void An_address_leads_to_a_listed_host_by_https_or_nowhere(string address, string? code) =>
        WebAddress.Trouble(address, Limits.LinkHosts)?.Code.ShouldBe(code, address);

    [Theory]
    [InlineData("example.org", true)]
    [InlineData("*.example.org", true)]
    [InlineData("*", false)]
    [InlineData("*.org", false)]
    [InlineData("https://example.org", false)]
    [InlineData("example.org; script-src *", false)]
    [InlineData("10.0.0.1", false)]
    public void A_list_of_hosts_holds_names_of_hosts(string pattern, bool isOne) => WebAddress.IsHostPattern(pattern).ShouldBe(isOne);

    [Fact]
    public void Whatever_colour_is_behind_a_text_it_can_be_read()
    {
        for (int value = 0; value < 0x1000; value++)
        {
            var behind = new Colour((byte)((value >> 8) * 17), (byte)(((value >> 4) & 15) * 17), (byte)((value & 15) * 17));
            behind.Ink.Contrast(behind).ShouldBeGreaterThanOrEqualTo(Colour.ReadableContrast);
            behind.Mixed(behind.Ink, 0.2).ReadableOn(behind).Contrast(behind).ShouldBeGreaterThanOrEqualTo(Colour.ReadableContrast);
        }
    }
}
