using System.Text.Json;
using Spectre.Console;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>How a verb answers: tables and sentences for people, or JSON for programs, never both.</summary>
internal sealed class Answer
{
    /// <summary>Tables that go to a file or a pipe are as wide as they are; nobody folds them.</summary>
    private const int UnboundedWidth = 4_000;

    private static readonly JsonSerializerOptions Indented = new(EventJson.Options) { WriteIndented = true };

    private readonly Surroundings here;

    public Answer(Surroundings here, bool isJson)
    {
        this.here = here;
        IsJson = isJson;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = here.OutputIsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = here.OutputIsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = here.OutputIsTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(here.Output),
        });
        if (!here.OutputIsTerminal)
        {
            Console.Profile.Width = UnboundedWidth;
        }
    }

    public bool IsJson { get; }

    public IAnsiConsole Console { get; }

    /// <summary>Whether a progress bar has somebody to move for.</summary>
    public bool IsAnimated => here.OutputIsTerminal && !IsJson;

    /// <summary>What a verb came to: one object, or one sentence.</summary>
    public void Give<T>(T json, string sentence) =>
        here.Output.WriteLine(IsJson ? JsonSerializer.Serialize(json, EventJson.Options) : Visible.Text(sentence));

    /// <summary>A list: one object a line, or a table.</summary>
    /// <param name="none">The sentence for people when there is nothing to list.</param>
    public void List<T>(IReadOnlyList<T> items, Func<T, object> json, string none, params IReadOnlyList<TableColumn<T>> columns)
    {
        if (IsJson)
        {
            foreach (T item in items)
            {
                here.Output.WriteLine(JsonSerializer.Serialize(json(item), EventJson.Options));
            }
        }
        else if (items.Count == 0)
        {
            here.Output.WriteLine(none);
        }
        else
        {
            Table(items, columns);
        }
    }

    public void Table<T>(IEnumerable<T> items, IReadOnlyList<TableColumn<T>> columns)
    {
        // A terminal is narrow: what no row has is left out there.
        T[] rows = [.. items];
        TableColumn<T>[] shown = [.. columns.Where(column => !here.OutputIsTerminal || rows.Any(row => column.Cell(row).Length > 0))];
        Table table = new Table().Border(here.OutputIsTerminal ? TableBorder.Simple : TableBorder.None);
        foreach (TableColumn<T> column in shown)
        {
            var header = new TableColumn(new Text(column.Title, new Style(decoration: Decoration.Bold)));
            table.AddColumn(column.IsNumber ? header.RightAligned() : header);
        }

        foreach (T item in rows)
        {
            table.AddRow(shown.Select(column => new Text(Visible.Text(column.Cell(item)))));
        }

        Console.Write(table);
    }

    /// <summary>A sentence on the side, for people.</summary>
    public void Say(string sentence)
    {
        if (!IsJson)
        {
            here.Output.WriteLine(Visible.Text(sentence));
        }
    }

    /// <summary>A value as readable JSON, for people.</summary>
    public void Show(JsonElement value)
    {
        if (!IsJson)
        {
            foreach (string line in JsonSerializer.Serialize(value, Indented).Split('\n'))
            {
                here.Output.WriteLine(Visible.Text(line));
            }
        }
    }

    /// <summary>Beside the answer, on standard error.</summary>
    public void Note(string sentence) => here.Error.WriteLine(Visible.Text(sentence));
}

/// <summary>One column of a table for people.</summary>
internal sealed record TableColumn<T>(string Title, Func<T, string> Cell, bool IsNumber = false);
