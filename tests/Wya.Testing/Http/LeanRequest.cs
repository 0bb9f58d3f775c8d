using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Wya.Testing.Http;

/// <summary>Requests as the bytes that go over the wire.</summary>
public static class LeanRequest
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="body">Sent as JSON; null sends none.</param>
    /// <param name="token">Sent as <c>Authorization: Bearer …</c>.</param>
    /// <param name="headers">Whole lines: <c>Idempotency-Key: 1</c>.</param>
    public static byte[] Prepare(string method, string path, object? body = null, string? token = null, params ReadOnlySpan<string> headers)
    {
        byte[] json = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, Json);
        var head = new StringBuilder().Append(method).Append(' ').Append(path).Append(" HTTP/1.1\r\nHost: localhost\r\n");
        if (token is not null)
        {
            head.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        }

        foreach (string header in headers)
        {
            head.Append(header).Append("\r\n");
        }

        if (body is not null)
        {
            head.Append("Content-Type: application/json\r\n");
        }

        if (body is not null || method is not "GET")
        {
            head.Append("Content-Length: ").Append(json.Length).Append("\r\n");
        }

        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. json];
    }
}

/// <summary>The same request over and over, each time with another id in its path. One caller's own.</summary>
public sealed class RequestWithId
{
    /// <summary>Stands in the path where the id belongs.</summary>
    public const string Place = "00000000-0000-0000-0000-000000000000";

    private readonly byte[] bytes;
    private readonly int place;

    /// <exception cref="ArgumentException">There is no <see cref="Place"/> in the request.</exception>
    public RequestWithId(byte[] prepared)
    {
        bytes = prepared;
        place = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Place));
        if (place < 0)
        {
            throw new ArgumentException("The request has no place for an id.", nameof(prepared));
        }
    }

    public ReadOnlyMemory<byte> With(Guid id)
    {
        Utf8Formatter.TryFormat(id, bytes.AsSpan(place), out _);
        return bytes;
    }
}
