using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using Wya.EventStore;

namespace Wya.Api.Http;

/// <summary>An answer with a strong tag over its bytes, and 304 for a caller who holds these bytes already.</summary>
/// <param name="heldFor">For how long the caller need not even ask; not at all by default.</param>
internal sealed class TaggedAnswer<T>(T body, TimeSpan heldFor = default) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(body, EventJson.Options);
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"");
        HttpResponse response = httpContext.Response;
        response.GetTypedHeaders().ETag = tag;
        response.Headers.CacheControl = heldFor == TimeSpan.Zero
            ? "private, no-cache"
            : string.Create(CultureInfo.InvariantCulture, $"private, max-age={(int)heldFor.TotalSeconds}");
        response.Headers.Vary = "Authorization";
        IList<EntityTagHeaderValue> held = httpContext.Request.GetTypedHeaders().IfNoneMatch;
        if (held.Any(candidate => candidate.Compare(tag, useStrongComparison: false) || candidate.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json; charset=utf-8";
        await response.Body.WriteAsync(bytes, httpContext.RequestAborted).ConfigureAwait(false);
    }
}
