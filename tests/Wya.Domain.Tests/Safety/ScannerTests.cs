using System.Diagnostics;
using Shouldly;
using Wya.Domain.Safety.Events;
using Wya.Domain.Safety.Scanning;
using Xunit;

namespace Wya.Domain.Tests.Safety;

public sealed class ScannerTests
{
    private static readonly PhraseScanner Phrases = new("# a remark\n\nthreats 0.6 i will find you\nspam 0.3 buy now");
    private static readonly LinkScanner Links = new();

    [Theory]
    [InlineData("I will find you!")]
    [InlineData("... i  WILL\nfind—you ...")]
    [InlineData("І wіll fіnd уоu")] // Cyrillic letters that look Latin
    [InlineData("i w1ll f1nd y0u")]
    [InlineData("ï wíll fïnd yöu")]
    [InlineData("i wi​ll find you")] // with something between the letters that nobody sees
    [InlineData("oh, i will f i n d you")]
    public void A_phrase_is_found_however_it_is_written(string text) =>
        Phrases.Scan(text).ShouldHaveSingleItem().ShouldBe(new ScanFinding("phrase.threats.3", Category.Threats, 0.6));

    [Theory]
    [InlineData("")]
    [InlineData("i will find your keys")]
    [InlineData("will find you")]
    [InlineData("i will find")]
    [InlineData("she buys nowadays")]
    public void What_is_no_such_phrase_is_left_alone(string text) => Phrases.Scan(text).ShouldBeEmpty();

    [Fact]
    public void Each_phrase_is_found_once() => Phrases.Scan("buy now buy now, i will find you").Select(found => found.Rule).ShouldBe(["phrase.spam.4", "phrase.threats.3"]);

    [Fact]
    public void The_list_of_the_build_can_be_read_and_finds_what_it_names()
    {
        PhraseScanner.BuiltIn.Scan("You know: I'm going to kill you.").ShouldHaveSingleItem().Category.ShouldBe(Category.Threats);
        PhraseScanner.BuiltIn.Scan("See you at the café at eight? I will bring the photos.").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("threats i will", 1)]
    [InlineData("spam 0.3 buy\nthreat 0.5 boo", 2)]
    [InlineData("spam 1.5 buy", 1)]
    [InlineData("spam 0.3 !!!", 1)]
    public void A_line_that_is_none_is_named(string list, int line) =>
        Should.Throw<FormatException>(() => new PhraseScanner(list)).Message.ShouldContain($"Line {line} ");

    [Theory]
    [InlineData("look: http://203.0.113.7/login", "link.numeric_host")]
    [InlineData("http://[2001:db8::1]:8080/", "link.numeric_host")]
    [InlineData("https://example.org@evil.example/pay", "link.name_before_host")]
    [InlineData("HTTPS://xn--pple-43d.example", "link.look_alike_host")]
    [InlineData("https://аpple.example/", "link.look_alike_host")]
    public void Links_that_hide_where_they_lead_are_found(string text, string rule) => Links.Scan(text).ShouldHaveSingleItem().Rule.ShouldBe(rule);

    [Fact]
    public void A_plain_link_or_five_are_nothing_and_six_are_many()
    {
        const string link = "https://example.org/a?b=1.2.3.4 ";
        Links.Scan(string.Concat(Enumerable.Repeat(link, LinkScanner.LinksMax))).ShouldBeEmpty();
        Links.Scan(string.Concat(Enumerable.Repeat(link, LinkScanner.LinksMax + 1))).ShouldHaveSingleItem().Rule.ShouldBe("link.many");
    }

    [Fact]
    public void No_text_takes_long()
    {
        string[] hostile =
        [
            new('a', 1_000_000), string.Concat(Enumerable.Repeat("a ", 500_000)), string.Concat(Enumerable.Repeat("i will find ", 100_000)),
            "http://" + new string('.', 1_000_000), string.Concat(Enumerable.Repeat("http://", 150_000)), new('\u0301', 100_000), new('\ud83d', 1_000),
        ];
        long start = Stopwatch.GetTimestamp();
        foreach (string text in hostile)
        {
            Phrases.Scan(text);
            Links.Scan(text);
        }

        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(10), "what is looked at has an end");
    }

    [Fact]
    public void A_rule_says_nothing_of_the_words() =>
        PhraseScanner.BuiltIn.Scan("kill yourself").ShouldHaveSingleItem().Rule.ShouldMatch("^phrase\\.self_harm\\.[0-9]+$");
}
