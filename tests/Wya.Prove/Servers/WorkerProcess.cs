using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Wya.Prove.Servers;

/// <summary>
/// Another process of this same program. It gets its plan as the first line of its input and tells how far it is by lines
/// of output; it ends by itself when its input ends, so that none outlives the proof, however the proof ends.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder errors = new();

    private WorkerProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                lines.Writer.TryComplete();
            }
            else
            {
                lines.Writer.TryWrite(line.Data);
            }
        };
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public static async Task<WorkerProcess> Start<TPlan>(string kind, TPlan plan)
    {
        string program = Environment.ProcessPath!;
        string assembly = Assembly.GetExecutingAssembly().Location;
        string[] arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [assembly, "worker", kind] : ["worker", kind];
        Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var worker = new WorkerProcess(process);
        await worker.Say(JsonSerializer.Serialize(plan));
        return worker;
    }

    public async Task Say(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>The rest of the next line of output that begins with the word.</summary>
    /// <exception cref="InvalidOperationException">The worker ended, or took too long.</exception>
    public async Task<string> Hear(string word, int limitSeconds, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(limitSeconds));
        try
        {
            await foreach (string line in lines.Reader.ReadAllAsync(limit.Token))
            {
                if (line == word || line.StartsWith(word + ' ', StringComparison.Ordinal))
                {
                    return line[word.Length..].Trim();
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new InvalidOperationException($"A worker did not say '{word}' within {limitSeconds} s. {Errors}");
        }

        throw new InvalidOperationException($"A worker ended before it said '{word}'. {Errors}");
    }

    /// <summary>SIGKILL.</summary>
    public async Task Kill(CancellationToken ct)
    {
        process.Kill();
        await process.WaitForExitAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private string Errors
    {
        get
        {
            lock (errors)
            {
                return errors.ToString().Trim();
            }
        }
    }
}
