using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Wya.Testing.Rabbit;

/// <summary>A RabbitMQ server of the test's own, by <c>eng/rabbitmq/serve.sh</c>: its process ids are known, so that it can be killed and frozen.</summary>
public sealed class RabbitServer : IAsyncDisposable
{
    /// <summary>An Erlang machine takes seconds of a processor to start, and there may be little of one.</summary>
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(3);

    private readonly string folder;
    private readonly string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private RabbitServer(string folder, int port)
    {
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    private static string Program => Environment.GetEnvironmentVariable("WYA_RABBITMQ_SERVER") is { Length: > 0 } given ? given : "/usr/lib/rabbitmq/bin/rabbitmq-server";

    public static bool IsMissing => !File.Exists(Program);

    /// <summary>A missing server skips the test on a laptop, and fails it in CI.</summary>
    public static bool MaySkip => IsMissing && Environment.GetEnvironmentVariable("CI") is null or "";

    public static async Task<RabbitServer> Start()
    {
        string root = Environment.GetEnvironmentVariable("WYA_SCRATCH") is { Length: > 0 } scratch ? scratch : Path.GetTempPath();
        for (int attempt = 1; ; attempt++)
        {
            var server = new RabbitServer(Path.Combine(root, $"rabbitmq-{Guid.NewGuid():n}"), FreePort.Find(1, 2));
            try
            {
                await server.Again();
                return server;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                await server.DisposeAsync(); // somebody else took a port between the look and the bind
            }
        }
    }

    /// <param name="port">Of a line to it; its own unless told.</param>
    public Uri Address(int? port = null) => new(string.Create(CultureInfo.InvariantCulture, $"amqp://wya:{password}@127.0.0.1:{port ?? Port}/%2F"));

    /// <summary>Starts it, or starts it again with what it holds, at the same address.</summary>
    public Task Again() => Run("start", folder, Port.ToString(CultureInfo.InvariantCulture), "wya", password);

    /// <summary>Told to end: it stops in good order.</summary>
    public Task Stop() => Run("stop", folder);

    /// <summary>SIGKILL: nothing is said to anybody.</summary>
    public Task Kill() => Run("stop", folder, "KILL");

    /// <summary>SIGSTOP: it is there, and does nothing.</summary>
    public void Freeze() => Signal("-STOP");

    public void Thaw() => Signal("-CONT");

    public async ValueTask DisposeAsync()
    {
        await Kill();
        Directory.Delete(folder, recursive: true);
    }

    private void Signal(string signal)
    {
        using Process run = Process.Start("kill", [signal, File.ReadAllText(Path.Combine(folder, "server.pid")).Trim()]);
        run.WaitForExit();
    }

    private static Task Run(params string[] arguments) => ServeScript.Run("rabbitmq", StartWithin, arguments);
}
