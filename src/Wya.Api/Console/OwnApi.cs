using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Wya.Api.Http;
using Wya.EventStore;

namespace Wya.Api.Console;

/// <summary>
/// This process's own API, called as a client calls it: the request passes everything that one from outside passes, from the
/// limits of its address to the record of what it looked at. Only the wire is left out, so that it needs no address to reach
/// itself by, whatever stands before it.
/// </summary>
internal sealed class OwnApi
{
    private RequestDelegate? pipeline;

    /// <summary>To be called where the pipeline begins.</summary>
    public RequestDelegate Take(RequestDelegate whole) => pipeline = whole;

    /// <param name="outer">The request on whose behalf this one is made: its address, its trace.</param>
    /// <param name="token">The caller's own access token; null for who is not signed in.</param>
    public async Task<Reply> Send(
        HttpContext outer,
        string method,
        string address,
        string? token,
        object? body = null,
        IReadOnlyDictionary<string, string>? headers = null,
        CancellationToken ct = default)
    {
        using var answer = new MemoryStream();
        AsyncServiceScope scope = outer.RequestServices.GetRequiredService<IServiceScopeFactory>().CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = ct };
            string[] parts = address.Split('?', 2);
            HttpRequest request = http.Request;
            request.Protocol = outer.Request.Protocol;
            request.Scheme = outer.Request.Scheme;
            request.Host = outer.Request.Host;
            request.Method = method;
            request.Path = PathString.FromUriComponent(parts[0]);
            request.QueryString = parts.Length > 1 ? new QueryString("?" + parts[1]) : QueryString.Empty;
            http.Connection.RemoteIpAddress = outer.Connection.RemoteIpAddress;
            if (token is not null)
            {
                request.Headers.Authorization = "Bearer " + token;
            }

            foreach ((string name, string value) in headers ?? new Dictionary<string, string>())
            {
                request.Headers[name] = value;
            }

            byte[] bytes = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), EventJson.Options);
            request.Body = new MemoryStream(bytes, writable: false);
            request.ContentLength = bytes.Length;
            if (body is not null)
            {
                request.ContentType = "application/json";
            }

            http.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody(body is not null));
            http.Response.Body = answer;
            await pipeline!(http).ConfigureAwait(false);
            await http.Response.CompleteAsync().ConfigureAwait(false);
            return new Reply(http.Response.StatusCode, http.Response.ContentType ?? "", answer.ToArray());
        }
    }

    private sealed record HasBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}

/// <summary>What the API answered.</summary>
internal sealed record Reply(int Status, string ContentType, byte[] Body)
{
    /// <summary>The API leaves out what is null.</summary>
    private static readonly JsonSerializerOptions Lenient = new(EventJson.Options) { RespectRequiredConstructorParameters = false };

    public bool IsGood => Status is >= 200 and < 300;

    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, Lenient) ?? throw new JsonException("Nothing was answered.");

    /// <summary>The problem's.</summary>
    public string Code => Problem.Type[Http.Problem.TypePrefix.Length..];

    /// <summary>Why it was turned down.</summary>
    public ProblemBody Problem => ContentType.StartsWith(Http.Problem.ContentType, StringComparison.Ordinal)
        ? Read<ProblemBody>()
        : new ProblemBody(Http.Problem.TypePrefix + "internal-error", ((HttpStatusCode)Status).ToString(), Status, "The answer was none that is known.", "");
}
