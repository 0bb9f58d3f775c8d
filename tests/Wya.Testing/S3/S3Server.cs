using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Wya.Testing.S3;

/// <summary>A real server of the S3 protocol of the test's own, without a bucket. It keeps everything in memory.</summary>
public sealed class S3Server : IAsyncDisposable
{
    private static readonly string[] Programs = ["radosgw", "ceph-mon", "ceph-osd"];

    private readonly string folder;

    private S3Server(string folder, int port, string accessKey, string secretKey)
    {
        this.folder = folder;
        Port = port;
        AccessKey = accessKey;
        SecretKey = secretKey;
    }

    public int Port { get; }

    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");

    public string AccessKey { get; }

    public string SecretKey { get; }

    public static bool IsMissing => !Programs.All(program => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(place => File.Exists(Path.Combine(place, program))));

    /// <summary>A missing server skips the test on a laptop, and fails it in CI.</summary>
    public static bool MaySkip => IsMissing && Environment.GetEnvironmentVariable("CI") is null or "";

    public static async Task<S3Server> Start()
    {
        string root = Environment.GetEnvironmentVariable("WYA_SCRATCH") is { Length: > 0 } scratch ? scratch : Path.GetTempPath();
        for (int attempt = 1; ; attempt++)
        {
            string folder = Path.Combine(root, $"s3-{Guid.NewGuid():n}");
            string key = Word(), secret = Word();
            int port = FreePort.Find(1, 2, 3);
            try
            {
                await Run("start", folder, port.ToString(CultureInfo.InvariantCulture), key, secret);
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                await Run("stop", folder); // somebody else took a port between the look and the bind
                continue;
            }

            return new S3Server(folder, port, key, secret);
        }
    }

    public async ValueTask DisposeAsync() => await Run("stop", folder);

    private static string Word() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    private static async Task Run(params string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "s3", "serve.sh");
        var start = new ProcessStartInfo("bash", [script, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process run = Process.Start(start)!;

        // Not to the end of what it prints: the servers that it leaves behind hold the same pipes.
        run.ErrorDataReceived += (_, _) => { };
        run.OutputDataReceived += (_, _) => { };
        run.BeginErrorReadLine();
        run.BeginOutputReadLine();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!run.HasExited)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(20);
        }

        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"The S3 server did not {arguments[0]}.");
        }
    }
}
