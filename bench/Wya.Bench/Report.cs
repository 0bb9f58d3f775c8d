using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Wya.Bench;

/// <summary>Tells the rows: a line each as they come, then one table; or one JSON object a line; and a file on request.</summary>
internal sealed class Report(BenchOptions options)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    private readonly List<BenchRow> rows = [];

    public void Add(BenchRow row)
    {
        row = options.Alone ? row with { Name = row.Name.Split(" (reference", 2)[0] } : row;
        rows.Add(row);
        if (options.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(row, Json));
        }
        else
        {
            AnsiConsole.MarkupLineInterpolated($"[grey]{row.Name}: {Number(row.Ours)} {row.Unit}{(row.Ratio is { } ratio ? $", {Ratio(ratio)}" : "")}[/]");
        }
    }

    public async Task Finish()
    {
        Machine machine = await Machine.Describe();
        if (!options.Json)
        {
            if (Console.IsOutputRedirected)
            {
                AnsiConsole.Profile.Width = 160;
            }

            var table = new Table().Border(TableBorder.Rounded);
            foreach (string heading in Headings)
            {
                table.AddColumn(new TableColumn(Markup.Escape(heading)) { Alignment = heading is "name" or "unit" or "goal" or "processor µs" ? Justify.Left : Justify.Right });
            }

            foreach (BenchRow row in rows)
            {
                string colour = row.Met switch { true => "green", false => "red", null => "grey" };
                table.AddRow([.. Cells(row).Select((cell, i) => i == MetColumn ? $"[{colour}]{cell}[/]" : Markup.Escape(cell))]);
            }

            AnsiConsole.Write(table);
            AnsiConsole.WriteLine(machine.OneLine);
        }

        if (options.Write)
        {
            string path = Path.Combine(Machine.RepositoryRoot, "bench", "results", $"{options.Table}-{machine.Date}.md");
            await File.WriteAllTextAsync(path, Markdown(machine));
            await Console.Error.WriteLineAsync($"written: {path}");
        }
    }

    private static readonly string[] Headings = ["name", "unit", "ours", "reference", "ratio", "goal", "met", "p50 ms", "p99 ms", "processor µs"];
    private const int MetColumn = 6;

    private static string[] Cells(BenchRow row) =>
    [
        row.Name, row.Unit, Number(row.Ours), row.Reference is { } reference ? Number(reference) : "",
        row.Ratio is { } ratio ? Ratio(ratio) : "", row.Goal ?? "", row.Met switch { true => "yes", false => "no", null => "" },
        Milliseconds(row.P50), Milliseconds(row.P99), Costs(row.Costs),
    ];

    private string Markdown(Machine machine)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# bench {options.Table}, {machine.Date}").AppendLine();
        text.AppendLine("What each line measures, and against what: [performance](../../docs/explanation/performance.md).").AppendLine();
        foreach ((string name, string value) in machine.Facts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {name}: {value}");
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"- command: `./dev bench {string.Join(' ', options.Arguments)}`");
        text.AppendLine(CultureInfo.InvariantCulture, $"- rounds: {options.Rounds} of {options.Round.TotalSeconds:0.#} s a side, alternating, median of the ratios").AppendLine();
        text.AppendLine("| " + string.Join(" | ", Headings) + " |");
        text.AppendLine("|" + string.Concat(Headings.Select(heading => heading is "name" or "unit" or "goal" or "processor µs" ? " --- |" : " ---: |")));
        foreach (BenchRow row in rows)
        {
            text.AppendLine("| " + string.Join(" | ", Cells(row)) + " |");
        }

        return text.ToString();
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00 ×", CultureInfo.InvariantCulture);

    private static string Costs(IReadOnlyDictionary<string, double>? costs) =>
        string.Join(", ", (costs ?? new Dictionary<string, double>()).Where(part => part.Value >= 0.5)
            .OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Key} {part.Value:0}")));

    private static string Milliseconds(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";
}
