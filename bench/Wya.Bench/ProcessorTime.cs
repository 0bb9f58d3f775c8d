using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Wya.Testing;

namespace Wya.Bench;

/// <summary>
/// Processor time by part of the system: our own process (<c>client</c>), the processes that it started, and PostgreSQL, by domain
/// where a backend serves one. Unlike a rate it says what work costs also where everything shares the processors.
/// From Linux's <c>/proc</c>; elsewhere, or where the server is on another machine, the parts are not known.
/// </summary>
internal sealed record ProcessorTime(IReadOnlyDictionary<int, (string Part, long Ticks)> Processes)
{
    public const string Client = "client";
    public const string Program = "program";
    public const string Worker = "worker";
    public const string Postgres = "postgres";
    public const string Redis = "redis";
    public const string Store = "store";

    private const double MicrosecondsOfTick = 10_000; // 100 ticks a second, on every Linux that .NET runs on

    /// <summary>Processes that are known by what they do, rather than by their name.</summary>
    public static ConcurrentDictionary<int, string> Named { get; } = [];

    private static readonly Lazy<int?> Postmaster = new(FindPostmaster);

    public static ProcessorTime Now()
    {
        Dictionary<int, (string Part, long Ticks)> found = [];
        Dictionary<int, (string Name, int Parent, long Own, long OfEnded)> all = [];
        foreach (string folder in Directory.Exists("/proc") ? Directory.EnumerateDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && Stat(id) is { } stat)
            {
                all[id] = stat;
            }
        }

        foreach ((int id, (string name, int parent, long own, long ofEnded)) in all)
        {
            if (id == Environment.ProcessId)
            {
                found[id] = (Client, own);
            }
            else if (id == Postmaster.Value)
            {
                found[id] = (Postgres, own + ofEnded);
            }
            else if (parent == Postmaster.Value)
            {
                found[id] = (PartOfBackend(id), own);
            }
            else if (IsOurs(id, all))
            {
                found[id] = (Named.GetValueOrDefault(id) ?? (name switch { "redis-server" => Redis, "dotnet" => Program, _ => Store }), own);
            }
        }

        return new ProcessorTime(found);
    }

    /// <summary>Microseconds by part since then.</summary>
    public IReadOnlyDictionary<string, double> Since(ProcessorTime before)
    {
        Dictionary<string, double> spent = [];
        foreach ((int id, (string part, long ticks)) in Processes)
        {
            long earlier = before.Processes.TryGetValue(id, out var one) ? one.Ticks : 0;
            spent[part] = spent.GetValueOrDefault(part) + ((ticks - earlier) * MicrosecondsOfTick);
        }

        // What a backend that has ended had spent before is counted by the postmaster at its end: once is enough.
        foreach ((int id, (string part, long ticks)) in before.Processes)
        {
            if (!Processes.ContainsKey(id) && part.StartsWith(Postgres, StringComparison.Ordinal))
            {
                spent[Postgres] = spent.GetValueOrDefault(Postgres) - (ticks * MicrosecondsOfTick);
            }
        }

        return spent;
    }

    private static bool IsOurs(int id, Dictionary<int, (string Name, int Parent, long Own, long OfEnded)> all)
    {
        while (all.TryGetValue(id, out var process) && process.Parent > 1)
        {
            if (process.Parent == Environment.ProcessId)
            {
                return true;
            }

            id = process.Parent;
        }

        return false;
    }

    /// <summary>A backend's title names its database, <c>test_DOMAIN_…</c>.</summary>
    private static string PartOfBackend(int id)
    {
        try
        {
            string[] words = File.ReadAllText($"/proc/{id}/cmdline").Split(' ', '\0');
            string? database = words.FirstOrDefault(word => word.StartsWith("test_", StringComparison.Ordinal) && word.Count(letter => letter == '_') > 1);
            return database is null ? Postgres : $"{Postgres} {database.Split('_')[1]}";
        }
        catch (IOException)
        {
            return Postgres; // it has just ended
        }
    }

    private static (string Name, int Parent, long Own, long OfEnded)? Stat(int id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            int nameEnd = text.LastIndexOf(')');
            string name = text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..nameEnd];
            string[] fields = text[(nameEnd + 2)..].Split(' ');
            long Number(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture); // proc(5) counts from 1, and two are cut off
            return (name, (int)Number(4), Number(14) + Number(15), Number(16) + Number(17));
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    private static int? FindPostmaster()
    {
        using var connection = new NpgsqlConnection(TestPostgres.AdminConnectionString);
        connection.Open();
        return Stat(connection.ProcessID) is ("postgres", var parent, _, _) ? parent : null;
    }
}
