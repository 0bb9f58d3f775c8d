using System.Diagnostics;
using System.Text;
using Npgsql;
using Wya.Prove.Servers;

namespace Wya.Prove.SafetySecrets;

internal sealed record SecretsFound(long InRows, long InDump, long InFiles, long InBackup, long Rows, long Bytes);

/// <summary>Somebody with all rights, who knows what they look for, but has no keys.</summary>
internal sealed class SecretSearch(ProofEnvironment environment, PostgresInstance server, string owner, Marks marks)
{
    /// <summary>Looks through a session, a dump, the files with the write-ahead log, and a base backup. The server is stopped for it.</summary>
    public async Task<SecretsFound> Everywhere(string name, CancellationToken ct)
    {
        (long rows, long inRows) = await InRows(ct);
        string folder = environment.Folder($"search-{name}"), dump = Path.Combine(folder, "dump.sql"), backup = Path.Combine(folder, "backup");
        await Dump(dump, ct);
        await server.Stop();
        await server.BackUpTo(backup);
        (long inDump, long dumped) = In(dump);
        (long inFiles, long read) = In(server.Data);
        (long inBackup, long again) = In(backup);
        await server.Start(ct);
        return new SecretsFound(inRows, inDump, inFiles, inBackup, rows, dumped + read + again);
    }

    /// <summary>What it would be without sealing.</summary>
    public async Task Plant(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await Open(ct);
        await using var command = new NpgsqlCommand("create table public.planted as select $1::text as said", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = marks.NewWord() });
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<(long Rows, long Found)> InRows(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await Open(ct);
        List<string> tables = [];
        await using (var list = new NpgsqlCommand("analyze; select format('%I.%I', schemaname, tablename) from pg_tables", connection))
        await using (NpgsqlDataReader reader = await list.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                tables.Add(reader.GetString(0));
            }
        }

        long rows = 0, found = 0;
        foreach (string table in tables)
        {
            await using var all = new NpgsqlCommand($"select t::text from {table} t", connection);
            await using NpgsqlDataReader reader = await all.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                string row = reader.GetString(0);
                rows++;
                found += row.Contains(marks.WordStart, StringComparison.Ordinal) || row.Contains(marks.ReporterStart, StringComparison.Ordinal) ? 1 : 0;
            }
        }

        return (rows, found);
    }

    private async Task<NpgsqlConnection> Open(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(owner);
        await connection.OpenAsync(ct);
        return connection;
    }

    private async Task Dump(string file, CancellationToken ct)
    {
        var login = new NpgsqlConnectionStringBuilder(owner);
        var start = new ProcessStartInfo(
            Path.Combine(environment.PostgresBinaries, "pg_dump"),
            ["-h", login.Host!, "-p", $"{login.Port}", "-U", login.Username!, "-f", file, login.Database!])
        {
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = login.Password;
        using Process dump = Process.Start(start)!;
        string errors = await dump.StandardError.ReadToEndAsync(ct);
        await dump.WaitForExitAsync(ct);
        if (dump.ExitCode != 0)
        {
            throw new InvalidOperationException($"pg_dump failed: {errors}");
        }
    }

    /// <summary>Words as text in two encodings; ids as text, and as the sixteen bytes in which the server stores a uuid.</summary>
    private (long Found, long Bytes) In(string path)
    {
        List<byte[]> needles =
        [
            Encoding.UTF8.GetBytes(marks.WordStart), Encoding.Unicode.GetBytes(marks.WordStart), Encoding.UTF8.GetBytes(marks.ReporterStart),
            .. marks.Reporters.Select(reporter => reporter.ToByteArray(bigEndian: true)),
        ];
        long found = 0, bytes = 0;
        foreach (string file in Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : [path])
        {
            byte[] content = File.ReadAllBytes(file);
            bytes += content.Length;
            found += needles.Count(needle => content.AsSpan().IndexOf(needle) >= 0);
        }

        return (found, bytes);
    }
}
