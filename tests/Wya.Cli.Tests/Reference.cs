using System.CommandLine;
using System.Globalization;
using System.Text;
using Wya.Projections;

namespace Wya.Cli.Tests;

/// <summary>docs/reference/cli.md as the command tree has it.</summary>
internal static class Reference
{
    public const string Page = "docs/reference/cli.md";

    public static Verb Root { get; } = CommandLine.Root(new Tool(Domains.All, new Dictionary<string, string>()).Surroundings);

    public static string Render()
    {
        var page = new StringBuilder(
            """
            # The command line

            `wya` is for operators and analysts. In a checkout it is `./dev wya …`, which has the connections of `./dev up`.
            A test keeps this page equal to the tool; run it with `WYA_UPDATE_CLI=1` to write the page anew.


            """);
        page.Append("```text\n").Append(HelpWithExamples.Conventions).Append("\n```\n\nEvery command takes `--json` and `--help`.\n");
        foreach (Verb verb in Root.Leaves())
        {
            Append(page, verb);
        }

        return page.ToString();
    }

    private static void Append(StringBuilder page, Verb verb)
    {
        string arguments = string.Concat(verb.Arguments.Select(argument =>
            argument.Arity.MinimumNumberOfValues == 0 ? $" [{argument.Name}]" : $" <{argument.Name}>"));
        page.Append(CultureInfo.InvariantCulture, $"\n## {verb.Path}{arguments}\n{verb.Description}\n\n");
        (string Name, string? Description)[] rows =
        [
            .. verb.Arguments.Select(argument => ($"`{argument.Name}`", argument.Description)),
            .. verb.Options.Where(option => !option.Hidden).Select(option => ($"`{Usage(option)}`{(option.Required ? ", required" : "")}", option.Description)),
        ];
        if (rows.Length > 0)
        {
            page.Append("| argument | meaning |\n| --- | --- |\n");
            foreach ((string name, string? description) in rows)
            {
                page.Append(CultureInfo.InvariantCulture, $"| {name} | {description} |\n");
            }

            page.Append('\n');
        }

        page.Append("```sh\n").AppendJoin('\n', verb.Examples).Append("\n```\n");
    }

    private static string Usage(Option option)
    {
        string value = option.HelpName is { } name ? $" {name.Replace("|", @"\|", StringComparison.Ordinal)}" : "";
        return option.Name + value;
    }
}
