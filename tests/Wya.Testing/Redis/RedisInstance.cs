using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Wya.Testing.Redis;

/// <summary>
/// A Redis server of the test's own, with the settings and the rights of <c>./dev up</c>, and one more user for the test
/// itself. Its process id is known, so that it can be killed; a killed one starts again empty, at the same address.
/// </summary>
public sealed class RedisInstance : IAsyncDisposable
{
    private const string Operator = "operator";

    private readonly string folder;
    private readonly string password;
    private readonly string[] arguments;
    private readonly ConcurrentQueue<string> said = new();
    private Process? process;

    private RedisInstance(string kind, string password, string[] arguments, bool mayWrite)
    {
        this.password = password;
        this.arguments = arguments;
        Port = FreePort.Find(10_000); // the bus of a cluster listens 10,000 higher
        string root = Environment.GetEnvironmentVariable("WYA_SCRATCH") is { Length: > 0 } scratch ? scratch : Path.GetTempPath();
        folder = Directory.CreateDirectory(Path.Combine(root, $"redis-{Guid.NewGuid():n}")).FullName;
        Directory.CreateDirectory(WorkingFolder);
        string settings = Path.Combine(AppContext.BaseDirectory, "redis");
        File.Copy(Path.Combine(settings, $"{kind}.conf"), Path.Combine(folder, "redis.conf"));
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));
        string users = File.ReadAllText(Path.Combine(settings, "users.acl")) + $"user {Operator} on #PASSWORD ~* &* +@all\n";
        File.WriteAllText(Path.Combine(folder, "users.acl"), users.Replace("PASSWORD", digest, StringComparison.Ordinal));
        if (Environment.IsPrivilegedProcess)
        {
            Run("chmod", "755", folder);
            Run("chown", "-R", User, folder);
        }

        if (!mayWrite)
        {
            Run("chmod", "555", WorkingFolder);
            if (Environment.IsPrivilegedProcess)
            {
                Run("chown", "root", WorkingFolder);
            }
        }
    }

    public int Port { get; }

    /// <summary>As the application connects.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port},password={password}");

    /// <summary>Where a server would leave a file, if it left any.</summary>
    public string WorkingFolder => Path.Combine(folder, "empty");

    /// <summary>Whom a server of the superuser runs as.</summary>
    private static string User { get; } = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("redis:", StringComparison.Ordinal)) ? "redis" : "nobody";

    /// <param name="kind"><c>presence</c> or <c>cache</c>.</param>
    public static async Task<RedisInstance> Start(string kind)
    {
        RedisInstance instance = Create(kind, NewPassword(), [], mayWrite: false);
        await instance.Start();
        return instance;
    }

    internal static string NewPassword() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>One that is not started yet.</summary>
    internal static RedisInstance Create(string kind, string password, string[] arguments, bool mayWrite) => new(kind, password, arguments, mayWrite);

    public async Task Start()
    {
        string[] command = [TestRedis.Program, Path.Combine(folder, "redis.conf"), "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--bind", "127.0.0.1", "--dir", WorkingFolder, "--aclfile", Path.Combine(folder, "users.acl"), .. arguments];
        process = Process.Start(Environment.IsPrivilegedProcess
            ? Quiet("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", "--", .. command])
            : Quiet(command[0], command[1..]))!;
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await File.WriteAllTextAsync(Path.Combine(folder, "pid"), process.Id.ToString(CultureInfo.InvariantCulture));
        await Eventually.Is(IsListening, "Redis listens");
    }

    /// <summary>SIGKILL: nothing is said to anybody.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>As the operator, for whom nothing is forbidden.</summary>
    public RedisWire AsOperator() => RedisWire.Open(Port, Operator, password);

    /// <summary>As the application.</summary>
    public RedisWire AsApplication() => RedisWire.Open(Port, "default", password);

    public void FlushAll()
    {
        using RedisWire wire = AsOperator();
        wire.Ask("FLUSHALL");
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await Kill();
        }

        Run("chmod", "755", WorkingFolder);
        Directory.Delete(folder, recursive: true);
    }

    private bool IsListening()
    {
        if (process!.HasExited)
        {
            throw new InvalidOperationException($"Redis did not start on port {Port}: {string.Join(" · ", said.TakeLast(8))}");
        }

        try
        {
            using RedisWire wire = AsApplication();
            return wire.Ask("PING") == "PONG";
        }
        catch (Exception notYet) when (notYet is SocketException or IOException)
        {
            return false;
        }
    }

    private static ProcessStartInfo Quiet(string program, string[] arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };

    private static void Run(string tool, params string[] arguments)
    {
        using Process run = Process.Start(tool, arguments);
        run.WaitForExit();
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{tool} {string.Join(' ', arguments)} failed.");
        }
    }
}
