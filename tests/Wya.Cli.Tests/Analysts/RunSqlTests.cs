using System.Text.RegularExpressions;
using Shouldly;
using Wya.Projections;
using Xunit;

namespace Wya.Cli.Tests.Analysts;

[Collection(SmallTown.Collection)]
public sealed partial class RunSqlTests(SmallTown town) : IDisposable
{
    private const string Page = "docs/how-to/ask-the-log.md";

    private readonly string folder = Path.Combine(Path.GetTempPath(), $"wya-sql-{Guid.NewGuid():n}");

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_question_of_the_cookbook_has_the_answer_that_stands_below_it()
    {
        await Export("parquet");
        string path = Path.Combine(Repository(), Page);
        string page = await File.ReadAllTextAsync(path), written = page;
        MatchCollection questions = Question().Matches(page);
        questions.Count.ShouldBe(15);
        foreach (Match question in questions)
        {
            Ran ran = await town.Wya("sql", question.Groups["sql"].Value, "--export", folder);
            ran.Error.ShouldBeEmpty();
            string[] lines = [.. ran.Lines.Select(line => line.TrimEnd())];
            string answer = $"```text\n{string.Join('\n', lines)}\n```\n";
            written = written.Replace(question.Value, $"```sql\n{question.Groups["sql"].Value}```\n\n{answer}", StringComparison.Ordinal);
        }

        if (Environment.GetEnvironmentVariable("WYA_UPDATE_CLI") == "1")
        {
            await File.WriteAllTextAsync(path, written);
            page = written;
        }

        page.ShouldBe(written);
    }

    [Theory]
    [InlineData("parquet")]
    [InlineData("ndjson")]
    [InlineData("csv")]
    public async Task Every_type_of_event_is_a_view_with_columns_of_proper_types_in_every_format(string format)
    {
        await Export(format);
        Ran views = await Ask("select count(*) as views from duckdb_views() where not internal");
        views.Json.GetProperty("views").GetInt64().ShouldBe(Domains.All.SelectMany(domain => domain.Types.All).Count() + 1);
        Ran columns = await Ask(
            "select string_agg(column_name || ' ' || data_type, ', ' order by column_index) as columns from duckdb_columns() where table_name = 'message_sent'");
        columns.Json.GetProperty("columns").GetString().ShouldBe(
            "position BIGINT, id UUID, stream_id UUID, version BIGINT, time TIMESTAMP WITH TIME ZONE, actor VARCHAR, correlation_id VARCHAR, causation_id VARCHAR, "
            + "kind VARCHAR, content VARCHAR, reply_to UUID, mentions UUID[], sender_id UUID");
        (await Ask("select len(mentions) as many, content from message_sent where mentions is not null")).Output.ShouldBe("{\"many\":1,\"content\":\"sealed\"}\n");
        (await Ask("select data_version, bytes, time from room_version_published order by time limit 1")).Output
            .ShouldBe("{\"data_version\":1,\"bytes\":1000,\"time\":\"2026-11-02 12:00:00+00\"}\n");
        // Every column of every view is computed; the rows of all of them are those of the logs.
        string counted = string.Join(" union all ", Domains.All.SelectMany(domain => domain.Types.All).Select(type => $"select count(hash(v)) as n from {EventViews.NameOf(type)} v"));
        (await Ask($"select sum(n)::bigint = (select count(*) from events) as equal from ({counted})")).Output.ShouldBe("{\"equal\":true}\n");
    }

    [Fact]
    public async Task The_logs_own_events_are_asked_masked_and_leave_nothing_behind()
    {
        SmallTown.NeedsDuckDb();
        string[] before = Directory.GetDirectories(Path.GetTempPath(), "wya-sql-*");
        Ran ran = await town.Wya("sql", "select count(*) as n, any_value(handle) as handle from user_created", "--live", "--domain", "identity", "--json");
        ran.Output.ShouldBe("{\"n\":7,\"handle\":\"sealed\"}\n", ran.Error);
        (await town.Wya("sql", "select min(position), max(position) from events", "--live", "--domain", "identity", "--last", "3", "--csv")).Lines[1].ShouldBe("10,12");
        Directory.GetDirectories(Path.GetTempPath(), "wya-sql-*").ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public async Task A_question_reaches_the_export_and_nothing_else()
    {
        await Export("parquet");
        foreach (string statement in new[]
        {
            "select * from read_text('/etc/hostname')", "copy events to '/tmp/wya-stolen.csv'", "install httpfs", "set enable_external_access = true", "attach '/tmp/wya-other.db'",
        })
        {
            Ran ran = await town.Wya("sql", statement, "--export", folder);
            (ran.ExitCode, ran.Output).ShouldBe((1, ""), statement);
            ran.Error.ShouldContain("Error", Case.Sensitive, statement);
        }
    }

    [Fact]
    public async Task Typed_statements_are_answered_one_after_the_other_and_a_wrong_one_ends_nothing()
    {
        await Export("parquet");
        var typed = new StringReader(".help\n.schema user_verified\nselect count(*)\n  as people\nfrom user_created;\nselect nonsense;\n.nonsense\nselect 1 as one;\n.quit\nselect 2;\n");
        Ran ran = await town.Tool(typed, toTerminal: false).Run(["sql", "--export", folder], TestContext.Current.CancellationToken);
        ran.ExitCode.ShouldBe(0);
        ran.Lines.Select(line => line.Trim()).ShouldContain("7");
        ran.Output.ShouldContain("stream_id");
        ran.Lines[^2].Trim().ShouldBe("1");
        ran.Error.ShouldContain("nonsense");
        ran.Error.ShouldContain("There is no command .nonsense");
    }

    [Fact]
    public async Task What_is_not_said_or_not_there_is_refused()
    {
        Ran both = await Tool.Alone("sql", "select 1", "--export", folder, "--live");
        (both.ExitCode, both.Error.Split('\n')[0]).ShouldBe((2, "Name the events: one of --export DIR and --live."));
        SmallTown.NeedsDuckDb();
        (await town.Wya("sql", "select 1", "--export", folder)).Error.Trim().ShouldBe($"There is no export in {folder}.");
    }

    private async Task Export(string format)
    {
        SmallTown.NeedsDuckDb();
        Ran ran = await town.Wya("events", "export", "--to", format, "--out", folder);
        ran.ExitCode.ShouldBe(0, ran.Error); // which tells how far it is, when it takes its time
    }

    private Task<Ran> Ask(string statement) => town.Wya("sql", statement, "--export", folder, "--json");

    private static string Repository()
    {
        string at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Wya.sln")))
        {
            at = Path.GetDirectoryName(at)!;
        }

        return at;
    }

    [GeneratedRegex(@"```sql\n(?<sql>.*?)```\n(\n```text\n.*?```\n)?", RegexOptions.Singleline)]
    private static partial Regex Question();
}
