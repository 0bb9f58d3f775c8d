using System.Net;
using Wya.Testing;

namespace Wya.Prove.Erasure;

/// <summary>Takes what a process exports by OTLP over HTTP, and keeps the bytes as they come.</summary>
internal sealed class TraceSink : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly string file;
    private readonly Task taking;

    public TraceSink(string file)
    {
        this.file = file;
        Address = $"http://127.0.0.1:{FreePort.Find()}/";
        listener.Prefixes.Add(Address);
        listener.Start();
        taking = Task.Run(Take);
    }

    public string Address { get; }

    /// <summary>So that a process exports to it, at once and as often as it can.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await taking;
        listener.Close();
    }

    private async Task Take()
    {
        while (listener.IsListening)
        {
            try
            {
                HttpListenerContext http = await listener.GetContextAsync();
                await using (var kept = new FileStream(file, FileMode.Append))
                {
                    await http.Request.InputStream.CopyToAsync(kept);
                }

                http.Response.Close();
            }
            catch (Exception over) when (over is HttpListenerException or ObjectDisposedException or IOException)
            {
                // Stopped, or the process that exported was ended.
            }
        }
    }
}
