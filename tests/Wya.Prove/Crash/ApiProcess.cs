using System.Diagnostics;
using System.Text;
using Wya.Prove.Servers;
using Wya.Testing;

namespace Wya.Prove.Crash;

/// <summary>The system's own program in one of its roles, as an operator would start it, on loopback.</summary>
internal sealed class ApiProcess : IAsyncDisposable
{
    private readonly string role;
    private readonly IReadOnlyDictionary<string, string> connectionStrings;
    private readonly ProofKeys keys;
    private readonly string keyFile;
    private readonly IReadOnlyDictionary<string, string> more;
    private readonly StringBuilder output = new();
    private readonly List<int> processIds = [];
    private Process? process;

    /// <param name="connectionStrings">Of each domain's database; in these and that of the keys, <c>{run}</c> stands for the how many-eth start it is.</param>
    /// <param name="more">Further settings, by environment variable.</param>
    public ApiProcess(
        string role, IReadOnlyDictionary<string, string> connectionStrings, ProofKeys keys, string keyFile, IReadOnlyDictionary<string, string>? more = null)
    {
        this.role = role;
        this.connectionStrings = connectionStrings;
        this.keys = keys;
        this.keyFile = keyFile;
        this.more = more ?? new Dictionary<string, string>();
        Address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
    }

    public Uri Address { get; }

    /// <summary>Of each start.</summary>
    public IReadOnlyList<int> ProcessIds => processIds;

    /// <summary>Where all that it writes is kept; null: only the beginning, for messages.</summary>
    public string? OutputFile { get; init; }

    public void Start()
    {
        string run = $"{processIds.Count + 1}";
        string assembly = Path.Combine(AppContext.BaseDirectory, "Wya.Api.dll");
        string dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(dotnet, [assembly])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = Address.ToString(),
                ["ConnectionStrings__keys"] = keys.ConnectionString.Replace("{run}", run, StringComparison.Ordinal),
                ["Wya__Keys__File"] = keys.RingFile,
                ["Wya__Role"] = role,
                ["Wya__Auth__SigningKeyFile"] = keyFile,
                ["Wya__FollowersPollSeconds"] = "3", // what runs beside must not be kept busy by processes that look for themselves
                ["Wya__Limits__RegistrationsPerMinute"] = "10000000",
                ["Logging__LogLevel__Default"] = "Error",
            },
        };
        foreach ((string domain, string connection) in connectionStrings)
        {
            start.Environment[$"ConnectionStrings__{domain}"] = connection.Replace("{run}", run, StringComparison.Ordinal);
        }

        foreach ((string name, string value) in more)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start)!;
        processIds.Add(process.Id);
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public async Task UntilReady(int limitSeconds, CancellationToken ct)
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        await Wait.Until(
            async () =>
            {
                if (process is { HasExited: true })
                {
                    throw new InvalidOperationException($"The {role} process ended by itself: {Output}");
                }

                try
                {
                    using HttpResponseMessage answer = await client.GetAsync(new Uri("health/ready", UriKind.Relative), ct);
                    return answer.IsSuccessStatusCode;
                }
                catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
                {
                    return false;
                }
            },
            $"the {role} process is ready",
            limitSeconds,
            ct);
    }

    /// <summary>SIGSTOP: it does nothing any more, and its connections stay.</summary>
    public void Freeze() => Signal("STOP");

    /// <summary>SIGCONT: it goes on where it was, and knows of no time that has passed.</summary>
    public void Thaw() => Signal("CONT");

    /// <summary>SIGTERM, as whoever replaces it by another one stops it: it says goodbye and ends by itself.</summary>
    public async Task<int> Stop(CancellationToken ct)
    {
        Signal("TERM");
        await process!.WaitForExitAsync(ct);
        int code = process.ExitCode;
        process.Dispose();
        process = null;
        return code;
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill(CancellationToken ct)
    {
        process!.Kill();
        await process.WaitForExitAsync(ct);
        process.Dispose();
        process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await Kill(CancellationToken.None);
        }
    }

    private void Signal(string name)
    {
        using Process signal = Process.Start("kill", [$"-{name}", $"{process!.Id}"]);
        signal.WaitForExit();
    }

    private void Note(string? line)
    {
        lock (output)
        {
            if (line is not null && output.Length < 20_000)
            {
                output.AppendLine(line);
            }

            if (line is not null && OutputFile is { } file)
            {
                File.AppendAllText(file, line + "\n");
            }
        }
    }

    private string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }
}
