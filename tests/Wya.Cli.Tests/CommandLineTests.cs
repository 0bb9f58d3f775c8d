using Shouldly;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public async Task The_version_is_that_of_the_tool()
    {
        Ran ran = await Tool.Alone("--version");
        ran.ExitCode.ShouldBe(0);
        ran.Output.ShouldMatch(@"^\d+\.\d+\.\d+");
    }

    [Fact]
    public async Task A_mistyped_verb_is_wrong_usage_and_the_right_one_is_named()
    {
        Ran ran = await Tool.Alone("projections", "lst");
        (ran.ExitCode, ran.Output).ShouldBe((2, ""));
        ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["Unrecognized command or argument 'lst'.", "Did you mean 'list'?", "See: wya projections --help"]);
        (await Tool.Alone("projections", "list", "--jsn")).Error.ShouldContain("Did you mean '--json'?");
        (await Tool.Alone()).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task An_argument_that_begins_with_an_at_sign_is_not_a_file()
    {
        Ran ran = await Tool.Alone("projections", "rebuild", "@/etc/hostname");
        (ran.ExitCode, ran.Error).ShouldBe((1, ran.Error));
        ran.Error.ShouldStartWith("ConnectionStrings__identity is not set");
    }

    [Theory]
    [InlineData("plain – ünï", "plain – ünï")]
    [InlineData("\u001b[2Jgone", @"\u001b[2Jgone")]
    [InlineData("two\nlines", @"two\u000alines")]
    [InlineData("abc\u202edef", @"abc\u202edef")]
    [InlineData("😀", "😀")]
    public void What_a_terminal_would_obey_is_written_out(string stored, string shown) => Visible.Text(stored).ShouldBe(shown);

    [Theory]
    [InlineData("usrs", "Users")]
    [InlineData("USERS", "Users")]
    [InlineData("acounthistory", "AccountHistory")]
    [InlineData("weather", null)]
    public void A_near_name_is_suggested_and_a_far_one_is_not(string typed, string? suggested) =>
        Suggestion.For(typed, ["Users", "AccountHistory"]).ShouldBe(suggested);
}
