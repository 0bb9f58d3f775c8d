using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using Wya.Testing;

namespace Wya.Prove.Servers;

/// <summary>
/// A PostgreSQL server of the proof's own: on loopback, with fsync on as by default, and with processes whose ids are
/// known, so that it can be killed as a crash of the machine's database would kill it.
/// </summary>
internal sealed class PostgresInstance : IAsyncDisposable
{
    private const string Admin = "prove";

    private readonly ProofEnvironment environment;
    private readonly string folder;
    private readonly int port;
    private readonly string settings;
    private Process? postmaster;

    private PostgresInstance(ProofEnvironment environment, string folder, string password, string settings)
    {
        this.environment = environment;
        this.folder = folder;
        this.settings = settings;
        port = FreePort.Find();
        AdminConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = port, Username = Admin, Password = password, Database = "postgres", Pooling = false, Timeout = 5,
        }.ConnectionString;
    }

    public string AdminConnectionString { get; }

    /// <summary>Told each line of the server's own log.</summary>
    public Action<string>? Said { get; set; }

    /// <param name="settings">Further <c>-c name=value</c> arguments of the server.</param>
    public static async Task<PostgresInstance> Create(ProofEnvironment environment, string name, string settings = "", CancellationToken ct = default)
    {
        string folder = environment.Folder(name);
        string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        string passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, password, ct);
        if (environment.PostgresUser is { } user)
        {
            await Run("chown", "-R", user, folder);
        }

        var instance = new PostgresInstance(environment, folder, password, settings);
        await instance.RunServerTool(
            "initdb", "-D", instance.Data, "-U", Admin, "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C", "--no-instructions");
        File.Delete(passwordFile);
        await instance.Start(ct);
        return instance;
    }

    /// <summary>Several servers that differ in nothing but where they are; made once, and copied.</summary>
    public static async Task<IReadOnlyList<PostgresInstance>> CreateSeveral(
        ProofEnvironment environment, IReadOnlyList<string> names, string settings = "", CancellationToken ct = default)
    {
        PostgresInstance first = await Create(environment, names[0], settings, ct);
        await first.Stop();
        string password = new NpgsqlConnectionStringBuilder(first.AdminConnectionString).Password!;
        List<PostgresInstance> all = [first];
        foreach (string name in names.Skip(1))
        {
            string folder = environment.Folder(name);
            if (environment.PostgresUser is { } user)
            {
                await Run("chown", user, folder);
            }

            await first.BackUpTo(Path.Combine(folder, "data"));
            all.Add(new PostgresInstance(environment, folder, password, settings));
        }

        await Task.WhenAll(all.Select(server => server.Start(ct)));
        return all;
    }

    /// <summary>Starts the server and waits until it takes connections, as after a crash: it recovers first.</summary>
    public async Task Start(CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            postmaster = Process.Start(ServerCommand(
                "postgres", ["-D", Data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                    "-c", "logging_collector=off", "-c", "log_min_messages=fatal", .. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries)]))!;
            Process started = postmaster;
            started.OutputDataReceived += (_, _) => { };
            started.ErrorDataReceived += (_, line) => Said?.Invoke(line.Data ?? "");
            started.BeginOutputReadLine();
            started.BeginErrorReadLine();
            while (!started.HasExited)
            {
                try
                {
                    await using var probe = new NpgsqlConnection(AdminConnectionString);
                    await probe.OpenAsync(ct);
                    return;
                }
                catch (NpgsqlException) when (Stopwatch.GetElapsedTime(start).TotalSeconds < 60)
                {
                    await Task.Delay(20, ct);
                }
            }

            // It refuses to start while a process of the killed server still holds the shared memory.
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > 60)
            {
                throw new InvalidOperationException($"The server in {folder} did not start; see the settings: {settings}");
            }

            await Task.Delay(50, ct);
        }
    }

    /// <summary>Ends the postmaster and all its processes with SIGKILL: nothing is flushed, nothing is said.</summary>
    public async Task Kill(CancellationToken ct)
    {
        Process server = postmaster ?? throw new InvalidOperationException("The server does not run.");
        int[] children = Children(server.Id);
        server.Kill();
        foreach (int child in children)
        {
            try
            {
                using var process = Process.GetProcessById(child);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It ended by itself, because its postmaster did.
            }
        }

        await server.WaitForExitAsync(ct);
        server.Dispose();
        postmaster = null;
    }

    /// <summary>As an operator stops it: with a checkpoint, so that its folder is a base backup.</summary>
    public async Task Stop()
    {
        await RunServerTool("pg_ctl", "-D", Data, "-m", "fast", "-w", "stop");
        postmaster?.Dispose();
        postmaster = null;
    }

    /// <summary>As an operator stops it who cannot wait: its clients are cut off, and it recovers when it starts.</summary>
    public async Task StopImmediately()
    {
        await RunServerTool("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        postmaster?.Dispose();
        postmaster = null;
    }

    /// <summary>A copy of the stopped server's files.</summary>
    public Task BackUpTo(string backup) => Run("cp", "-a", Data, backup);

    /// <summary>Puts a backup in the place of the stopped server's files.</summary>
    public async Task RestoreFrom(string backup)
    {
        await Run("rm", "-rf", Data);
        await Run("cp", "-a", backup, Data);
    }

    public async ValueTask DisposeAsync()
    {
        if (postmaster is { HasExited: false })
        {
            await RunServerTool("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        }

        postmaster?.Dispose();
    }

    /// <summary>All of its files: tables, indexes, write-ahead log.</summary>
    public string Data => Path.Combine(folder, "data");

    private Task RunServerTool(string tool, params IReadOnlyList<string> arguments) => Run(ServerCommand(tool, arguments));

    private ProcessStartInfo ServerCommand(string tool, IReadOnlyList<string> arguments)
    {
        string path = Path.Combine(environment.PostgresBinaries, tool);
        return environment.PostgresUser is { } user
            ? Command("setpriv", [$"--reuid={user}", $"--regid={user}", "--clear-groups", "--", path, .. arguments])
            : Command(path, arguments);
    }

    private static Task Run(string tool, params IReadOnlyList<string> arguments) => Run(Command(tool, arguments));

    private static ProcessStartInfo Command(string path, IReadOnlyList<string> arguments) =>
        new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };

    private static async Task Run(ProcessStartInfo command)
    {
        using Process process = Process.Start(command)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command.FileName} {string.Join(' ', command.ArgumentList)} failed: {await errors}");
        }
    }

    private static int[] Children(int parent)
    {
        string list = File.ReadAllText($"/proc/{parent}/task/{parent}/children");
        return [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, System.Globalization.CultureInfo.InvariantCulture))];
    }
}
