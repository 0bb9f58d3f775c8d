using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Wya.Testing.Http;

/// <summary>An answer with a body that can be kept.</summary>
public sealed record LeanReply(int Status, JsonNode? Json, string? Location, string? Degraded);

/// <summary>The server said no, where the caller had to be told yes.</summary>
public sealed class RefusedException(int status, string body) : Exception($"{status}: {body}")
{
    public int Status { get; } = status;
}

/// <summary>JSON over one connection, which is opened again when it broke. One caller's own.</summary>
public sealed class LeanApi(Uri address) : IDisposable
{
    private LeanConnection? connection;

    /// <exception cref="IOException">No answer: the request may have arrived or not.</exception>
    /// <exception cref="SocketException">Likewise.</exception>
    public async Task<LeanReply> Ask(ReadOnlyMemory<byte> request, CancellationToken ct = default)
    {
        try
        {
            connection ??= await LeanConnection.Open(address, ct);
            LeanAnswer answer = await connection.Send(request, ct);
            JsonNode? json = answer.Body.Length > 0 && answer.Header("content-type")?.Contains("json", StringComparison.Ordinal) == true
                ? JsonNode.Parse(answer.Body.Span)
                : null;
            return new LeanReply(answer.Status, json, answer.Header("location"), answer.Header("wya-degraded"));
        }
        catch
        {
            connection?.Dispose();
            connection = null;
            throw;
        }
    }

    /// <summary>Asks, and takes nothing but success for an answer.</summary>
    /// <exception cref="RefusedException">Any other status.</exception>
    public async Task<LeanReply> Must(ReadOnlyMemory<byte> request, CancellationToken ct = default)
    {
        LeanReply reply = await Ask(request, ct);
        return reply.Status is >= 200 and < 300 ? reply : throw new RefusedException(reply.Status, reply.Json?.ToJsonString() ?? "");
    }

    public void Dispose() => connection?.Dispose();
}
