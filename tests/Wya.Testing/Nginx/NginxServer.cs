using System.Globalization;

namespace Wya.Testing.Nginx;

/// <summary>The caching proxy of <c>deploy/nginx</c>, as a real nginx of the test's own.</summary>
public sealed class NginxServer : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromMinutes(1);

    private readonly string folder;

    private NginxServer(string folder, int port)
    {
        this.folder = folder;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
    }

    public Uri Address { get; }

    /// <summary>The sample as it is in the repository.</summary>
    public static string Sample => Path.Combine(AppContext.BaseDirectory, "nginx", "wya.conf");

    public static bool IsMissing => !File.Exists(Environment.GetEnvironmentVariable("WYA_NGINX") is { Length: > 0 } given ? given : "/usr/sbin/nginx");

    /// <summary>A missing program skips the test on a laptop, and fails it in CI.</summary>
    public static bool MaySkip => IsMissing && Environment.GetEnvironmentVariable("CI") is null or "";

    /// <param name="before">What it stands before.</param>
    /// <param name="hold">How long it answers by itself, as nginx has it: <c>1s</c>.</param>
    public static async Task<NginxServer> Start(Uri before, string hold)
    {
        string root = Environment.GetEnvironmentVariable("WYA_SCRATCH") is { Length: > 0 } scratch ? scratch : Path.GetTempPath();
        for (int attempt = 1; ; attempt++)
        {
            string folder = Path.Combine(root, $"nginx-{Guid.NewGuid():n}");
            int port = FreePort.Find();
            try
            {
                await ServeScript.Run(
                    "nginx", StartWithin, "start", folder, port.ToString(CultureInfo.InvariantCulture), before.Port.ToString(CultureInfo.InvariantCulture), hold, Sample);
                return new NginxServer(folder, port);
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                await ServeScript.Run("nginx", StartWithin, "stop", folder); // somebody else took the port between the look and the bind
            }
        }
    }

    public async ValueTask DisposeAsync() => await ServeScript.Run("nginx", StartWithin, "stop", folder);
}
