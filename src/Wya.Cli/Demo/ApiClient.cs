using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>
/// Speaks to a running system as any client would. Waits when it is told to, asks again when it is told that nothing was
/// recorded or that the outcome is unknown, and renews its token.
/// </summary>
/// <param name="handle">Who it speaks for, where no token is given.</param>
internal sealed class ApiClient(HttpClient http, TimeProvider clock, string? givenToken, string handle = "operator") : IDisposable
{
    private const int AttemptsMax = 10;
    private const string PositionHeader = "Wya-Position";
    private const string DegradedHeader = "Wya-Degraded";
    private static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim renewal = new(1);
    private readonly bool renews = givenToken is null;
    private string? token = givenToken;

    /// <summary>An answer as far as it is needed here.</summary>
    /// <param name="Code">The problem's, when it was refused.</param>
    /// <param name="Positions">Where in each log of what was asked about the answer stands.</param>
    /// <param name="IsDegraded">Given without a part of the system that is away.</param>
    /// <param name="Tag">Of what was answered.</param>
    internal sealed record Reply(HttpStatusCode Status, string? Code, IReadOnlyList<long> Positions, JsonElement Body, bool IsDegraded, string? Tag)
    {
        /// <summary>In a domain's only log, or its first.</summary>
        public long Position => Positions is [var first, ..] ? first : 0;

        /// <summary>Whether it is about something that was recorded later, in whichever of a domain's logs.</summary>
        public bool IsAfter(IReadOnlyList<long> positions) => Positions.Index().Any(one => one.Item > positions.ElementAtOrDefault(one.Index));

        public bool IsSuccess => (int)Status is >= 200 and < 300;
    }

    /// <summary>The position of the log before anything is done; signs in first.</summary>
    public async Task<long> Begin(CancellationToken ct)
    {
        Reply me = await Send(HttpMethod.Get, "me", null, null, signedIn: true, ct).ConfigureAwait(false);
        return me.IsSuccess ? me.Position : throw Unexpected("GET /me", me);
    }

    /// <param name="condition">A header, such as If-Match, and its value.</param>
    public Task<Reply> Send(
        HttpMethod method, string path, object? body, string? key, bool signedIn, CancellationToken ct, (string Header, string Value)? condition = null) =>
        SendUntilAnswered(new Question(method, path, body, key, condition), signedIn, ct);

    private sealed record Question(HttpMethod Method, string Path, object? Body, string? Key, (string Header, string Value)? Condition = null);

    /// <summary>Speaks for somebody else over the same connections; only where nobody's token had to be given.</summary>
    public ApiClient As(string other) => new(http, clock, null, other);

    /// <summary>Everybody's token can be had.</summary>
    public bool SpeaksForAnybody => renews;

    public static VerbRefusedException Unexpected(string what, Reply reply) => new(
        $"The API answered {what} with {(int)reply.Status}{(reply.Code is { } code ? $" ({code})" : "")}; the demo cannot go on.");

    public void Dispose()
    {
        renewal.Dispose();
        http.Dispose();
    }

    private async Task<Reply> SendUntilAnswered(Question question, bool signedIn, CancellationToken ct)
    {
        bool renewed = false;
        for (int attempt = 1; ; attempt++)
        {
            string? used = signedIn ? token ?? await Renew(null, ct).ConfigureAwait(false) : null;
            using HttpResponseMessage? response = await Try(question, used, isLast: attempt == AttemptsMax, ct).ConfigureAwait(false);
            if (response is { StatusCode: HttpStatusCode.Unauthorized } && signedIn && !renewed && renews)
            {
                renewed = true;
                await Renew(used, ct).ConfigureAwait(false);
            }
            else if (attempt < AttemptsMax && (response is null || IsAskedToWait(response)))
            {
                await Task.Delay(Wait(response, attempt), clock, ct).ConfigureAwait(false);
            }
            else
            {
                return await Read(response!, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Null when there was no answer and it may be asked again.</summary>
    private async Task<HttpResponseMessage?> Try(Question question, string? bearer, bool isLast, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(question.Method, question.Path);
        request.Content = question.Body is null ? null : JsonContent.Create(question.Body, options: EventJson.Options);
        if (question.Key is { } key)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (question.Condition is var (header, value))
        {
            request.Headers.Add(header, value);
        }

        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        try
        {
            return await http.SendAsync(request, ct).ConfigureAwait(false);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            // Every command carries a key or changes nothing the second time, so asking again is safe.
            bool wasNeverThere = away is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError };
            return isLast || wasNeverThere
                ? throw new VerbRefusedException($"The API at {http.BaseAddress} does not answer; is it running?", cause: away)
                : null;
        }
    }

    private static bool IsAskedToWait(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;

    private TimeSpan Wait(HttpResponseMessage? response, int attempt)
    {
        RetryConditionHeaderValue? asked = response?.Headers.RetryAfter;
        TimeSpan wait = asked?.Delta ?? (asked?.Date is { } date ? date - clock.GetUtcNow() : Backoff * attempt);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < WaitMax ? wait : WaitMax;
    }

    private static async Task<Reply> Read(HttpResponseMessage response, CancellationToken ct)
    {
        byte[] content = await response.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
        JsonElement body = default;
        if (content.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
        {
            body = JsonElement.Parse(content);
        }

        string? type = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("type", out JsonElement name) ? name.GetString() : null;
        string? code = (int)response.StatusCode >= 400 ? type?.Split('/')[^1] : null;
        return new Reply(response.StatusCode, code, Positions(response), body, response.Headers.Contains(DegradedHeader), response.Headers.ETag?.ToString());
    }

    private static long[] Positions(HttpResponseMessage response) =>
        response.Headers.TryGetValues(PositionHeader, out IEnumerable<string>? values) && values.First().Split(':') is [_, var numbers]
            ? [.. numbers.Split('.').Select(number => long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long position) ? position : 0)]
            : [];

    /// <summary>One renewal for all who found the token expired at the same time.</summary>
    private async Task<string> Renew(string? expired, CancellationToken ct)
    {
        await renewal.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (token is { } current && current != expired)
            {
                return current;
            }

            Reply reply = await SendUntilAnswered(
                new Question(HttpMethod.Post, "development/tokens", new { Handle = handle }, null), signedIn: false, ct).ConfigureAwait(false);
            token = reply.IsSuccess
                ? reply.Body.GetProperty("access_token").GetString()!
                : throw new VerbRefusedException(
                    $"The API gave no token for one of its people ({(int)reply.Status}); outside Development, put one into {FillDemo.TokenVariable}.");
            return token;
        }
        finally
        {
            renewal.Release();
        }
    }
}
