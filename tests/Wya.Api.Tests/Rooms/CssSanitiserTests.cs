using Shouldly;
using Wya.Api.Rooms.Content;
using Wya.Domain.Rooms.Content;
using Xunit;

namespace Wya.Api.Tests.Rooms;

public sealed class CssSanitiserTests
{
    [Theory]
    [InlineData(".module { color: red }", ".room .module{color:rgba(255, 0, 0, 1);}")]
    [InlineData(".poster, .module:hover > h2 { opacity: .5 }", ".room .poster,.room .module:hover>h2{opacity:0.5;}")]
    [InlineData(".room { opacity: 1 }", ".room{opacity:1;}")]
    [InlineData(".room.serif p:nth-child(2n+1)::first-letter { font-weight: bold }", ".room.serif p:nth-child(2n+1)::first-letter{font-weight:bold;}")]
    [InlineData("#m-about { width: calc(100% - 2em) !important }", ".room #m-about{width:calc(100% - 2em)!important;}")]
    [InlineData("body .module { color: red }", null)]
    [InlineData("/* words */ .a { /* more */ opacity: 1 /**/ }", ".room .a{opacity:1;}")]
    [InlineData("@media (prefers-color-scheme: dark) and (min-width: 600px) { .a { opacity: 1 } }", "@media (prefers-color-scheme: dark) and (min-width: 600px){.room .a{opacity:1;}}")]
    [InlineData(".a { color: var(--accent) }", ".room .a{color:var(--accent);}")]
    [InlineData(".a { font-family: Georgia, serif }", ".room .a{font-family:Georgia, serif;}")]
    [InlineData("", "")]
    public void What_dresses_the_room_is_written_anew_and_begins_at_its_root(string css, string? expected)
    {
        CssResult result = CssSanitiser.Sanitise(css);
        (result.Refused.Count == 0).ShouldBe(expected is not null, string.Join(' ', result.Refused));
        result.Css.ShouldBe(expected ?? "");
    }

    [Theory]
    [InlineData("@import 'x';", "The rule '@import' is not one that rooms may use.")]
    [InlineData(".a { background: url(x) }", "The function 'url' is not one that rooms may use.")]
    [InlineData(".a { position: fixed }", "The property 'position' is not one that rooms may use.")]
    [InlineData("html { color: red }", "The selector 'html' is not one that rooms may use.")]
    [InlineData(".a { filter: blur(99999px) }", "The value of 'filter' is not one that rooms may use.")]
    [InlineData("@media print { .a { color: red } }", "The condition of '@media print' is not one that rooms may use.")]
    [InlineData(".a { color: red } .b { .c { color: red } }", "A rule stands inside another rule.")]
    [InlineData(".a { color: red", "A bracket does not close.")]
    [InlineData("} .a { color: red }", "A bracket closes that is not open.")]
    [InlineData(".a { color: red } /* ", "A comment does not end.")]
    [InlineData(".a { content: '\\' }", "The character ' is not one that CSS of a room may hold.")]
    public void What_is_refused_says_why_and_then_nothing_is_shown(string css, string reason)
    {
        CssResult result = CssSanitiser.Sanitise(css);
        result.Refused.ShouldContain(reason);
        result.Css.ShouldBe("");
    }

    /// <summary>Whatever comes, what is written is of the few characters that cannot end a style sheet or begin anything else.</summary>
    [Fact]
    public void Nothing_that_is_written_can_mean_anything_but_what_was_judged()
    {
        string[] pieces =
        [
            ".module", ".room", "p", " > ", " ", ",", "{", "}", "color:red", ";", "background:", "linear-gradient(red,blue)", "url(x)", "\\", "</style>", "'", "@media (min-width: 10px)", "@import x;",
            "/*", "*/", ":hover", "::before", "content:x", "(", ")", "!important", "body", "&", "\u0000", "é", "position:fixed", "margin:0 auto",
        ];
        var random = new Random(20261126);
        int written = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string css = string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            CssResult result = CssSanitiser.Sanitise(i % 2 == 0 ? css : $".module {{ {css} }}");
            result.Css.ShouldMatch(@"\A[a-zA-Z0-9 #%.,()+*/:;{}>!@-]*\z", css);
            result.Css.ShouldNotContain("/*");
            result.Css.Replace("@media", "").ShouldNotContain("@");
            foreach (string selectors in result.Css.Split('{', '}').Where(part => part.Contains(".room", StringComparison.Ordinal)))
            {
                selectors.Split(',').ShouldAllBe(selector => selector.StartsWith(".room", StringComparison.Ordinal), css);
            }

            written += result.Css.Length > 0 ? 1 : 0;
        }

        written.ShouldBeGreaterThan(500);
    }
}
