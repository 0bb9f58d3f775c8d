using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Wya.Cli.Tests;

/// <summary>What is written about the tool is what the tool is.</summary>
public sealed partial class ReferenceTests
{
    private static readonly string[] HowTos =
        ["docs/how-to/rebuild-a-read-model.md", "docs/how-to/handle-dead-letters.md", "docs/how-to/replay-events.md", "docs/how-to/export-events.md",
        "docs/how-to/ask-the-log.md", "docs/how-to/ask-what-if.md", "docs/how-to/verify-the-audit-log.md"];

    public static TheoryData<string> Paths => [.. All(Reference.Root).Select(verb => verb.Path)];

    [Fact]
    public void The_page_is_equal_to_the_tool()
    {
        string path = Path.Combine(Root(), Reference.Page);
        if (Environment.GetEnvironmentVariable("WYA_UPDATE_CLI") == "1")
        {
            File.WriteAllText(path, Reference.Render());
        }

        File.ReadAllText(path).ShouldBe(Reference.Render());
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_command_has_help_with_examples(string path)
    {
        Ran ran = await Tool.Alone([.. path.Split(' ').Skip(1), "--help"]);
        (ran.ExitCode, ran.Error).ShouldBe((0, ""));
        Verb verb = All(Reference.Root).Single(verb => verb.Path == path);
        ran.Output.ShouldContain(verb.Description!);
        verb.Examples.ShouldNotBeEmpty();
        verb.Examples.ShouldAllBe(example => ran.Output.Contains(example));
        verb.Subcommands.ShouldAllBe(below => ran.Output.Contains(below.Name));
        (verb.Arguments.All(argument => argument.Description is not null) && verb.Options.All(option => option.Description is not null)).ShouldBeTrue();
    }

    [Fact]
    public void Every_example_makes_sense_to_the_tool() =>
        All(Reference.Root).SelectMany(verb => verb.Examples).SelectMany(Faults).ShouldBeEmpty();

    [Fact]
    public void Every_command_in_the_how_tos_makes_sense_to_the_tool()
    {
        string[] commands = [.. HowTos.SelectMany(page => Commands(File.ReadAllText(Path.Combine(Root(), page))))];
        commands.Length.ShouldBeGreaterThan(10);
        commands.SelectMany(Faults).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("wya projections lst")]
    [InlineData("wya projections rebuild")]
    [InlineData("wya events replay --form 3")]
    [InlineData("wya streams show mara")]
    public void A_planted_command_that_makes_no_sense_is_caught(string command)
    {
        Faults(command).ShouldNotBeEmpty();
        Commands($"```sh\n./dev {command} # why\n```").ShouldBe([command]);
    }

    private static IEnumerable<Verb> All(Verb verb) => verb.Subcommands.OfType<Verb>().SelectMany(All).Prepend(verb);

    /// <summary>What of a pipeline is the tool's.</summary>
    private static IEnumerable<string> Faults(string command) =>
        Reference.Root.Parse([.. CommandLineParser.SplitCommandLine(command.Split(" | ")[0]).Skip(1)]).Errors.Select(error => $"{command}: {error.Message}");

    private static IEnumerable<string> Commands(string page) =>
        ShellBlock().Matches(page)
            .SelectMany(block => block.Groups["lines"].Value.Split('\n'))
            .Where(line => line.StartsWith("./dev wya ", StringComparison.Ordinal))
            .Select(line => line["./dev ".Length..].Split(" #")[0].TrimEnd());

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Wya.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"```sh\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();
}
