using System.Globalization;
using System.Text;

namespace Wya.Cli;

/// <summary>Statements and their answers, one after the other.</summary>
internal sealed class SqlSession(Surroundings here, Answer answer, DuckDb database, bool asCsv)
{
    private const string Help =
        """
        A statement ends with a semicolon. DuckDB's SQL: https://duckdb.org/docs/stable/sql/introduction
        .tables         the views: events, and one for each type of event
        .schema VIEW    the columns of a view
        .quit           the end
        """;

    /// <exception cref="DuckDbException">It was refused.</exception>
    public void Answer(string statement)
    {
        using DuckDbRows rows = database.Query(statement, answer.IsJson);
        if (answer.IsJson && rows.Columns is ["json"])
        {
            foreach (string?[] row in rows.Rows())
            {
                here.Output.WriteLine(row[0]);
            }
        }
        else if (asCsv)
        {
            here.Output.WriteLine(string.Join(',', rows.Columns.Select(Csv)));
            foreach (string?[] row in rows.Rows())
            {
                here.Output.WriteLine(string.Join(',', row.Select(Csv)));
            }
        }
        else
        {
            Table(rows);
        }
    }

    /// <summary>Until the end of what is typed, or .quit. What is refused is said, and the next statement read.</summary>
    public async Task Converse(CancellationToken ct)
    {
        answer.Say("wya sql; .help tells more.");
        var statement = new StringBuilder();
        while (true)
        {
            if (here.OutputIsTerminal)
            {
                await here.Output.WriteAsync(statement.Length == 0 ? "wya> " : "...> ").ConfigureAwait(false);
                await here.Output.FlushAsync(ct).ConfigureAwait(false);
            }

            if (await here.Input.ReadLineAsync(ct).ConfigureAwait(false) is not { } line || line.Trim() is ".quit" or ".exit")
            {
                return;
            }

            if (statement.Length == 0 && line.TrimStart().StartsWith('.'))
            {
                Try(() => Command(line.Trim()));
                continue;
            }

            statement.AppendLine(line);
            if (line.TrimEnd().EndsWith(';'))
            {
                string whole = statement.ToString();
                statement.Clear();
                Try(() => Answer(whole));
            }
        }
    }

    private void Command(string line)
    {
        switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            case [".tables"]:
                Answer("select view_name as \"view\" from duckdb_views() where not internal order by view_name <> 'events', view_name");
                break;
            case [".schema", var view]:
                Answer($"select column_name as \"column\", data_type as \"type\" from duckdb_columns() where table_name = {DuckDb.Quoted(view)} order by column_index");
                break;
            case [".help"]:
                Lines(Help, answer.Say);
                break;
            default:
                throw new DuckDbException($"There is no command {line}; .help shows those that there are.");
        }
    }

    private void Try(Action what)
    {
        try
        {
            what();
        }
        catch (DuckDbException refused)
        {
            Lines(refused.Message, answer.Note);
        }
    }

    private static void Lines(string text, Action<string> say)
    {
        foreach (string line in text.Split('\n'))
        {
            say(line);
        }
    }

    private void Table(DuckDbRows rows)
    {
        string?[][] all = [.. rows.Rows()];
        if (rows.Columns.Count == 0)
        {
            return;
        }

        answer.Table(all, [.. rows.Columns.Select((name, column) => new TableColumn<string?[]>(
            name, row => row[column] ?? "", IsNumber: all.All(row => row[column] is not { } cell || double.TryParse(cell, CultureInfo.InvariantCulture, out _))))]);
        answer.Say(Visible.Count(all.Length, "row"));
    }

    private static string Csv(string? value) => value is null ? ""
        : value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
