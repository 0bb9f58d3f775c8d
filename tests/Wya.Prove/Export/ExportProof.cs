using System.Diagnostics;
using System.Globalization;
using Wya.Cli;
using Wya.Projections.Messaging;
using Wya.Testing;

namespace Wya.Prove.Export;

/// <summary>
/// A log of messages is exported to Parquet, and copied by the server alone to nowhere, in turn; the medians are compared. The
/// program that exports is watched while it exports half of the log, and all of it. Another is killed when some
/// of its files are written, and resumed. What came of it is opened in DuckDB.
/// </summary>
internal static class ExportProof
{
    private const double SpeedMin = 0.3;
    private const double MemoryGrowthMax = 1.25;

    public static Proof Proof { get; } = new(
        "export",
        [
            "An export writes events at no less than 0.3 times the speed at which PostgreSQL's own COPY writes the same rows, in a memory that does not grow with the log.",
            "An export that was killed and resumed holds every event once, and opens in DuckDB with the documented types.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int events = run.Sized(20_000, 1_000_000, 5_000_000), rounds = run.Sized(1, 3, 3);
        DomainCopies.Need();
        await using TestDatabase database = await TestPostgres.CreateDatabase("messaging", MessagingDomain.Definition.Types);
        run.Progress(string.Create(CultureInfo.InvariantCulture, $"a log of {events:N0} events"));
        await DomainCopies.Fill(database, events, ct);
        var figures = new Figures();
        figures.Note("events", events);

        List<double> copies = [], exports = [];
        for (int round = 0; round < rounds; round++)
        {
            run.Progress($"round {round + 1} of {rounds}");
            copies.Add(await Seconds(() => DomainCopies.CopyToNowhere(database, ct)));
            exports.Add(await Seconds(() => Export(run, database, $"speed-{round}", "parquet", ct)));
        }

        double ndjson = await Seconds(() => Export(run, database, "ndjson", "ndjson", ct));
        double copy = events / Median(copies), export = events / Median(exports);
        figures.Note("copied_a_second", copy);
        figures.Note("exported_a_second", export);
        figures.Note("exported_a_second_ndjson", events / ndjson);
        if (run.Size == ProofSize.Short)
        {
            figures.Note("part_of_copys_speed", export / copy); // a small log is over before either has begun
        }
        else
        {
            figures.MustBeAtLeast("part_of_copys_speed", export / copy, SpeedMin);
            run.Progress("memory");
            double half = await Peak(run, database, events / 2, ct), whole = await Peak(run, database, events, ct);
            figures.Note("peak_mb_of_half", half);
            figures.Note("peak_mb", whole);
            figures.MustBeBelow("growth_of_memory", whole / half, MemoryGrowthMax);
        }

        run.Progress("killed and resumed");
        int files = await Kill(run, database, events, ct);
        figures.MustBeAtLeast("files_before_the_kill", files, 1);
        figures.MustBeBelow("files_before_the_kill", files, ExpectedFiles(events));
        await Tool(run, database, ct, "events", "export", "--to", "parquet", "--out", Folder(run, "killed"), "--domain", "messaging", "--resume");
        Check(run, figures, events);
        return figures;
    }

    private static void Check(ProofRun run, Figures figures, int events)
    {
        string folder = Folder(run, "killed");
        using DuckDb duck = DuckDb.Open(DomainCopies.Here(null));
        EventViews.Create(duck, ExportManifest.Read(folder)!, folder, MessagingDomain.Definition.Types.All);
        string[] counted = One("select count(*), count(distinct position), min(position), max(position), count(distinct id) from events");
        figures.MustBe("events_after_the_resume", double.Parse(counted[0], CultureInfo.InvariantCulture), events);
        figures.MustBe("positions_distinct", double.Parse(counted[1], CultureInfo.InvariantCulture), events);
        figures.MustBe("last_position", double.Parse(counted[3], CultureInfo.InvariantCulture), events);
        figures.MustBe("ids_distinct", double.Parse(counted[4], CultureInfo.InvariantCulture), events);
        string[] types = One("select string_agg(column_name || ' ' || column_type, ', ') from (describe select * from events)");
        figures.MustBe("columns_as_documented", types[0] == string.Join(", ", EventColumns.All.Select(column => $"{column.Name} {column.Type}")) ? 1 : 0, 1);
        string twice = string.Join(", ", ExportManifest.Read(folder)!.Paths(folder).Append(Directory.GetFiles(folder, "*.parquet")[0]).Select(DuckDb.Quoted));
        figures.MustBe("planted_double_found", One($"select count(*) > count(distinct position) from read_parquet([{twice}])")[0] == "true" ? 1 : 0, 1);
        figures.MustBe("messages_in_their_view", double.Parse(One("select count(*) from message_sent where content = 'sealed'")[0], CultureInfo.InvariantCulture), events);

        string[] One(string sql)
        {
            using DuckDbRows rows = duck.Query(sql);
            return [.. rows.Rows().Single().Select(value => value ?? "")];
        }
    }

    private static int ExpectedFiles(int events) => (events + PositionsAFile(events) - 1) / PositionsAFile(events);

    private static int PositionsAFile(int events) => events / 20;

    private static string Folder(ProofRun run, string name) => Path.Combine(run.Environment.Folder("exports"), name);

    private static Task Export(ProofRun run, TestDatabase database, string name, string format, CancellationToken ct) =>
        Tool(run, database, ct, "events", "export", "--to", format, "--out", Folder(run, name), "--domain", "messaging");

    private static async Task Tool(ProofRun run, TestDatabase database, CancellationToken ct, params string[] arguments)
    {
        Surroundings here = DomainCopies.Here(database);
        int code = await CommandLine.Run(arguments, here, ct);
        if (code != 0)
        {
            throw new InvalidOperationException($"wya {string.Join(' ', arguments)} ended with {code}: {here.Error}");
        }

        run.Progress(here.Output.ToString()!.Trim());
    }

    /// <summary>The most memory, in MB, that the program held while it exported so many events.</summary>
    private static async Task<double> Peak(ProofRun run, TestDatabase database, int events, CancellationToken ct)
    {
        string until = events.ToString(CultureInfo.InvariantCulture);
        using Process process = DomainCopies.Start(
            database, "events", "export", "--to", "parquet", "--out", Folder(run, $"memory-{events}"), "--domain", "messaging", "--from", "1", "--until", until);
        double peak = 0;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, DomainCopies.PeakMegabytes(process));
            await Task.Delay(20, ct);
        }

        return process.ExitCode == 0 ? peak : throw new InvalidOperationException($"The export ended with {process.ExitCode}.");
    }

    /// <returns>Files that the manifest named when the program died.</returns>
    private static async Task<int> Kill(ProofRun run, TestDatabase database, int events, CancellationToken ct)
    {
        string folder = Folder(run, "killed");
        string positions = PositionsAFile(events).ToString(CultureInfo.InvariantCulture);
        using Process process = DomainCopies.Start(
            database, "events", "export", "--to", "parquet", "--out", folder, "--domain", "messaging", "--positions", positions);
        await Wait.Until(() => Task.FromResult(process.HasExited || Directory.Exists(folder) && Directory.GetFiles(folder, "*.parquet").Length >= 3), "three files", 60, ct);
        if (process.HasExited)
        {
            throw new InvalidOperationException($"It ended before it could be killed: {await process.StandardError.ReadToEndAsync(ct)}");
        }

        process.Kill();
        await process.WaitForExitAsync(ct);
        return ExportManifest.Read(folder)!.Domains[0].Files.Count;
    }

    private static async Task<double> Seconds(Func<Task> what)
    {
        long start = Stopwatch.GetTimestamp();
        await what();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
