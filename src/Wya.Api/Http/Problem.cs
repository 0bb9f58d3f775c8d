using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wya.Domain.Rooms.Content;
using Wya.EventStore;

namespace Wya.Api.Http;

/// <summary>Why a request was turned down: RFC 9457, with a code that never changes its meaning.</summary>
/// <param name="Code">The last part of the problem's type, kebab-case; explained in docs/reference/problems.md.</param>
/// <param name="Detail">One plain sentence for the person who asked, without ids and without personal data.</param>
internal sealed record Problem(string Code, int Status, string Detail) : IResult
{
    public const string ContentType = "application/problem+json";

    public const string TypePrefix = "/problems/";

    /// <summary>When it makes sense to ask again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The capability that the caller lacks.</summary>
    public string? Capability { get; init; }

    /// <summary>When a suspension ends.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of a room's contents: each part that cannot be published, and why.</summary>
    public IReadOnlyList<ContentRefusal>? Refusals { get; init; }

    public static Problem Of(Refusal refusal) => new(refusal.Code, StatusOf(refusal.Kind), refusal.Reason);

    public static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.Invalid => StatusCodes.Status422UnprocessableEntity,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = ContentType;
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        var body = new ProblemBody(TypePrefix + Code, TitleOf(Code), Status, Detail, TraceId(httpContext), Capability, Until, Refusals);
        await response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(body, EventJson.Options), httpContext.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The trace that the answer belongs to, for people who ask an operator about it.</summary>
    public static string TraceId(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    /// <summary>"handle-taken" reads "Handle taken".</summary>
    public static string TitleOf(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' ');
}

/// <summary>What a refused request gets as its body.</summary>
/// <param name="Type">Where the problem is explained, relative to this API's address.</param>
/// <param name="Title">The same for every occurrence.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What stood in the way this time.</param>
/// <param name="TraceId">To quote when asking an operator.</param>
/// <param name="Capability">The capability that the caller lacks, for <c>capability-missing</c>.</param>
/// <param name="Until">When the suspension ends, for <c>account-suspended</c>.</param>
/// <param name="Refusals">Which parts cannot be published, and why, for <c>room-content-refused</c>.</param>
internal sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string TraceId, string? Capability = null, DateTimeOffset? Until = null, IReadOnlyList<ContentRefusal>? Refusals = null);
