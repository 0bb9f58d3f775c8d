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
    [InlineData(32, 130, "")]
    [InlineData(28, 1, "The output cannot be written.")]
    public async Task A_reader_that_has_gone_ends_it_quietly_and_a_full_disk_does_not(int error, int exitCode, string sentence)
    {
        using var said = new StringWriter();
        Surroundings here = new Tool([], new Dictionary<string, string>()).Surroundings with { Output = new BrokenOutput(error), Error = said };
        (await CommandLine.Run(["projections", "list"], here)).ShouldBe(exitCode);
        said.ToString().Trim().ShouldBe(sentence);
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

    private sealed class BrokenOutput(int error) : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("broken", error);
    }
}
