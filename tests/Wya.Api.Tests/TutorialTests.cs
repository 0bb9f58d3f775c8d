using System.Diagnostics;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>The commands of the tutorials, and of pages that say so, run as they are written.</summary>
public sealed partial class TutorialTests(SharedApi shared)
{
    [Theory]
    [InlineData("tutorials/first-requests")]
    [InlineData("tutorials/my-account")]
    [InlineData("tutorials/first-conversation")]
    [InlineData("how-to/moderate-a-case")]
    public async Task Every_command_works_as_written(string name)
    {
        ApiHost api = await shared.Host();
        string page = await File.ReadAllTextAsync(Path.Combine(ReferenceTests.FindRoot(), $"docs/{name}.md"));
        string[] steps = [.. Block().Matches(page).Select(match => match.Groups["text"].Value)];
        string[] expected = [.. Expected().Matches(page).Select(match => match.Groups["text"].Value)];
        steps.Length.ShouldBeGreaterThan(6);
        expected.Length.ShouldBeGreaterThan(6);
        string script = "set -eu\n" + string.Join('\n', steps);
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["WYA_API"] = api.Anonymous.BaseAddress!.ToString().TrimEnd('/') },
        })!;
        Task<string> errors = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();

        shell.ExitCode.ShouldBe(0, output + await errors);
        int at = 0;
        foreach (string line in expected)
        {
            int found = output.IndexOf(line, at, StringComparison.Ordinal);
            found.ShouldBeGreaterThanOrEqualTo(0, $"'{line}' after character {at} of:\n{output}");
            at = found + line.Length;
        }
    }

    [GeneratedRegex("```sh\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>What the page promises of the output: code spans on lines that begin with an arrow.</summary>
    [GeneratedRegex("^→ `(?<text>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Expected();
}
