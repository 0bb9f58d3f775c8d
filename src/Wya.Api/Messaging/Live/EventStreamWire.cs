using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Wya.Api.Messaging.Live;

/// <summary>Frames as server-sent events.</summary>
internal sealed class EventStreamWire(HttpContext http) : ILiveWire
{
    public const string ContentType = "text/event-stream";

    private int waiting;

    public CancellationToken Gone => http.RequestAborted;

    public async Task Open()
    {
        // A feed is silent for as long as nothing happens; how slow a client may be is this feed's own matter.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = ContentType;
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await http.Response.StartAsync(http.RequestAborted).ConfigureAwait(false);
    }

    public int Write(Frame frame, string? id = null)
    {
        // The data is JSON of one line, so it needs no splitting.
        string head = id is not null
            ? $"id: {id}\nevent: {frame.Type}\ndata: "
            : $"event: {frame.Type}\ndata: ";
        PipeWriter body = http.Response.BodyWriter;
        int headBytes = Encoding.ASCII.GetBytes(head, body.GetSpan(head.Length));
        body.Advance(headBytes);
        body.Write(frame.Data);
        body.Write("\n\n"u8);
        return waiting += headBytes + frame.Data.Length + 2;
    }

    public async Task Flush(CancellationToken ct)
    {
        waiting = 0;
        await http.Response.BodyWriter.FlushAsync(ct).ConfigureAwait(false);
    }

    public Task Close(GoodbyeReason reason, CancellationToken ct) => http.Response.CompleteAsync().WaitAsync(ct);

    public void Abort() => http.Abort();
}
