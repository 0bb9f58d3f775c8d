using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Wya.Testing.Postgres;

/// <summary>One server of a <see cref="ReplicaSet"/>, on loopback, with processes whose ids are known.</summary>
public sealed class PostgresMember
{
    private const int StartSecondsMax = 60;

    private readonly string folder;
    private readonly string settings;
    private Process? postmaster;

    internal PostgresMember(string name, string folder, string password, string settings)
    {
        Name = name;
        this.folder = folder;
        this.settings = settings;
        Port = FreePort.Find();
        Directory.CreateDirectory(folder);
        AdminConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = Port, Username = ReplicaSet.Admin, Password = password, Database = "postgres", Pooling = false, Timeout = 5,
        }.ConnectionString;
        ConnectionInfo = string.Create(
            CultureInfo.InvariantCulture, $"host=127.0.0.1 port={Port} user={ReplicaSet.Admin} password={password} dbname=postgres connect_timeout=2");
    }

    /// <summary>As the others call it in <c>synchronous_standby_names</c>.</summary>
    public string Name { get; }

    public int Port { get; }

    public string Host => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public string AdminConnectionString { get; }

    private Process Server => postmaster ?? throw new InvalidOperationException("The server does not run.");

    public bool Runs => postmaster is { HasExited: false };

    internal string ConnectionInfo { get; }

    internal string Data => Path.Combine(folder, "data");

    /// <summary>Waits until it takes connections: as a primary, or as a standby if its files say so.</summary>
    public async Task Start(CancellationToken ct = default)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            Process started = postmaster = Process.Start(PostgresPrograms.Command(
                "postgres",
                ["-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "logging_collector=off",
                    "-c", "log_min_messages=fatal", "-c", "wal_retrieve_retry_interval=100ms",
                    .. settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(setting => new[] { "-c", setting })]))!;
            started.OutputDataReceived += (_, _) => { };
            started.ErrorDataReceived += (_, _) => { };
            started.BeginOutputReadLine();
            started.BeginErrorReadLine();
            while (!started.HasExited && Stopwatch.GetElapsedTime(start).TotalSeconds < StartSecondsMax)
            {
                try
                {
                    await Scalar<int>("select 1", ct);
                    return;
                }
                catch (NpgsqlException)
                {
                    await Task.Delay(20, ct);
                }
            }

            // It refuses to start while a process of the killed server still holds the shared memory.
            if (Stopwatch.GetElapsedTime(start).TotalSeconds >= StartSecondsMax)
            {
                throw new InvalidOperationException($"The server in {folder} did not start; see the settings: {settings}");
            }

            await Task.Delay(50, ct);
        }
    }

    /// <summary>Ends the postmaster and all its processes with SIGKILL: nothing is flushed, nothing is said.</summary>
    public async Task Kill(CancellationToken ct = default)
    {
        Process server = Server;
        string children = await File.ReadAllTextAsync($"/proc/{server.Id}/task/{server.Id}/children", ct);
        server.Kill();
        foreach (string child in children.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var process = Process.GetProcessById(int.Parse(child, CultureInfo.InvariantCulture));
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

    /// <summary>SIGSTOP to all its processes: they keep their connections, and do nothing.</summary>
    public Task Freeze() => Signal("-STOP");

    public Task Thaw() => Signal("-CONT");

    public Task Promote() => PostgresPrograms.Run("pg_ctl", "-D", Data, "-w", "promote");

    /// <summary>Settings that count more than those before them, from now on.</summary>
    public async Task Set(params string[] lines)
    {
        await File.AppendAllLinesAsync(Path.Combine(Data, "postgresql.auto.conf"), lines);
        if (Runs)
        {
            await PostgresPrograms.Run("pg_ctl", "-D", Data, "reload");
        }
    }

    public Task Follow(PostgresMember primary) => Set($"primary_conninfo = '{primary.ConnectionInfo} application_name={Name}'");

    public async Task<T> Scalar<T>(string sql, CancellationToken ct = default)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(ct))!;
    }

    /// <summary>The postmaster first, so that it makes no more children; one that ends meanwhile is nobody's fault.</summary>
    private Task Signal(string signal) => PostgresPrograms.RunTool(
        "sh", "-c", "kill $0 $1 || exit 1; kill $0 $(cat /proc/$1/task/$1/children) || true", signal, Server.Id.ToString(CultureInfo.InvariantCulture));

    internal async Task Stop()
    {
        await PostgresPrograms.Run("pg_ctl", "-D", Data, "-m", "fast", "-w", "stop");
        postmaster?.Dispose();
        postmaster = null;
    }
}
