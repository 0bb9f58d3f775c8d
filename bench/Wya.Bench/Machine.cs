using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using Wya.Testing;

namespace Wya.Bench;

/// <summary>Where a result was measured: without it a figure says nothing.</summary>
internal sealed record Machine(string Date, IReadOnlyList<(string Name, string Value)> Facts)
{
    public string OneLine => string.Join(" · ", Facts.Select(fact => fact.Value));

    /// <summary>The nearest folder upwards that holds the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    public static async Task<Machine> Describe()
    {
        await using var connection = new NpgsqlConnection(TestPostgres.AdminConnectionString);
        await connection.OpenAsync();
        async Task<string> Ask(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return (string)(await command.ExecuteScalarAsync())!;
        }

        string settings = await Ask(
            """
            select string_agg(name || ' ' || current_setting(name), ', ' order by nth)
            from unnest(array['fsync','synchronous_commit','shared_buffers','max_wal_size']) with ordinality s(name, nth)
            """);
        return new Machine(
            DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            [
                ("processor", $"{Environment.ProcessorCount} × {FirstValue("/proc/cpuinfo", "model name") ?? "unknown"}"),
                ("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024 * 1024)} GiB"),
                ("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"),
                ("PostgreSQL", $"{await Ask("show server_version")}: {settings}"),
                ("commit", Commit()),
            ]);
    }

    private static string? FirstValue(string file, string key) =>
        File.Exists(file)
            ? File.ReadLines(file).Where(line => line.StartsWith(key, StringComparison.Ordinal)).Select(line => line.Split(':', 2)[1].Trim()).FirstOrDefault()
            : null;

    private static string Commit()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["describe", "--always", "--dirty", "--exclude=*"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = RepositoryRoot,
        });
        string text = git?.StandardOutput.ReadToEnd().Trim() ?? "";
        return text.Length > 0 ? text : "unknown";
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Wya.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
