using System.Text.Json;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Http;

/// <summary>
/// Whatever goes wrong below becomes a problem. A fault is logged by its kind and place only: messages of exceptions
/// quote values, and values here are about people.
/// </summary>
internal sealed class FaultsAsProblems(RequestDelegate next, ILogger<FaultsAsProblems> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to answer
        }
        catch (Exception fault) when (!http.Response.HasStarted)
        {
            Problem problem = ProblemOf(fault);
            if (problem.Status == StatusCodes.Status500InternalServerError)
            {
                log.LogError("A request failed. Trace {TraceId}, {Kind}\n{Place}", Problem.TraceId(http), fault.GetType().FullName, fault.StackTrace);
            }

            http.Response.Clear();
            SecurityHeaders.Set(http);
            await problem.ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
        {
            await Problems.OfStatus(http.Response.StatusCode).ExecuteAsync(http).ConfigureAwait(false);
        }
    }

    private static Problem ProblemOf(Exception fault) => fault switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } malformed => Malformed(malformed),
        BadHttpRequestException other => Problems.OfStatus(other.StatusCode),
        OutcomeUnknownException => Problems.OutcomeUnknown,
        _ when Faults.IsFenced(fault) => Problems.StoreFenced,
        StoreUnavailableException unavailable => Problems.StoreUnavailable(unavailable.RetryAfter),
        _ when Faults.IsTransient(fault) => Problems.StoreUnavailable(TimeSpan.FromSeconds(1)),
        _ => Problems.InternalError,
    };

    private static Problem Malformed(BadHttpRequestException malformed) => Problems.MalformedRequest(malformed.InnerException switch
    {
        JsonException { Path: { Length: > 1 and < 100 } path } => $"The body does not have the documented shape at {path}.",
        JsonException => "The body is not JSON of the documented shape: a member is missing, unknown, doubled or of the wrong type.",
        _ => "A part of the address, a query value or the body is missing or not of the documented form.",
    });
}
