using System.Globalization;
using Wya.Api.Access;

namespace Wya.Api.Http;

/// <summary>
/// Read your writes, and know how old what you read is. A query may carry back the position that a command answered
/// with, and is answered from no earlier state; every query says which position its answer holds at least.
/// </summary>
internal static class Freshness
{
    /// <summary>Marks a query, for the API's description.</summary>
    public sealed record IsAnswered;

    /// <summary>For read models that are written with the log itself: they are never behind.</summary>
    public static RouteHandlerBuilder AnswersFromInline<TDomain>(this RouteHandlerBuilder endpoint)
        where TDomain : OpenDomain => endpoint
        .WithMetadata(new IsAnswered())
        .AddEndpointFilter(async (invocation, next) =>
        {
            HttpContext http = invocation.HttpContext;
            var domain = http.RequestServices.GetRequiredService<TDomain>();
            if (await FromStandby(http, domain, null).ConfigureAwait(false))
            {
                return await next(invocation).ConfigureAwait(false);
            }

            long head = await Head(http, domain).ConfigureAwait(false);
            if (Beyond(http, domain, head, out _) is { } problem)
            {
                return problem;
            }

            Write(http, domain, head, TimeSpan.Zero);
            return await next(invocation).ConfigureAwait(false);
        });

    /// <summary>For a read model that follows the log: as fresh as it is for the stream in the address, <c>{id}</c>, or for all.</summary>
    public static RouteHandlerBuilder AnswersFrom<TDomain>(this RouteHandlerBuilder endpoint, string readModel)
        where TDomain : OpenDomain => endpoint
        .WithMetadata(new IsAnswered())
        .AddEndpointFilter(async (invocation, next) =>
        {
            HttpContext http = invocation.HttpContext;
            CancellationToken ct = http.RequestAborted;
            var domain = http.RequestServices.GetRequiredService<TDomain>();
            ReadModelFreshness freshness = domain.Freshness(readModel);
            if (await FromStandby(http, domain, freshness).ConfigureAwait(false))
            {
                return await next(invocation).ConfigureAwait(false);
            }

            long head = await Head(http, domain).ConfigureAwait(false);
            Problem? problem = Beyond(http, domain, head, out long? asked);
            if (problem is null && asked is { } position)
            {
                problem = await freshness.WaitFor(position, ct).ConfigureAwait(false);
            }

            if (problem is not null)
            {
                return problem;
            }

            // Before the data is read, so that the data is at least this fresh.
            (long reached, TimeSpan lag) = await freshness.Of(AccessControl.IdInAddress(http), ct).ConfigureAwait(false);
            Write(http, domain, reached, lag);
            return reached < asked ? Problems.ReadModelBehind : await next(invocation).ConfigureAwait(false);
        });

    /// <summary>For an endpoint that sees the log's head itself on its way, and says so by <see cref="Holds"/>.</summary>
    public static RouteHandlerBuilder AnswersFromHeadSeen(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new IsAnswered());

    /// <summary>The answer is made from rows that were read with this head, or later.</summary>
    /// <returns>Null when it may be given.</returns>
    public static Problem? Holds(HttpContext http, OpenDomain domain, long head) => HoldsUpTo(http, domain, head, head, TimeSpan.Zero);

    /// <summary>The same, where what was read holds an earlier position.</summary>
    public static Problem? HoldsUpTo(HttpContext http, OpenDomain domain, long head, long reached, TimeSpan lag)
    {
        if (Beyond(http, domain, head, out _) is { } problem)
        {
            return problem;
        }

        Write(http, domain, reached, lag);
        return null;
    }

    /// <summary>Whether a standby answers; what it holds is told then.</summary>
    private static async Task<bool> FromStandby(HttpContext http, OpenDomain domain, ReadModelFreshness? freshness)
    {
        (LogPosition? asked, Problem? malformed) = LogPosition.Read(http.Request, domain.Name);
        if (malformed is not null || await StandbyRows.Choose(http, domain, freshness, asked?.Value).ConfigureAwait(false) is not var (position, lag))
        {
            return false;
        }

        Write(http, domain, position, lag);
        return true;
    }

    /// <summary>As it was when the caller was admitted, if that was asked of the same log; the data is read later still.</summary>
    private static async Task<long> Head(HttpContext http, OpenDomain domain) =>
        http.Features.Get<HeadSeen>() is { } seen && seen.Domain == domain.Name
            ? seen.Position
            : await domain.Store.Head(http.RequestAborted).ConfigureAwait(false);

    private static Problem? Beyond(HttpContext http, OpenDomain domain, long head, out long? asked)
    {
        (LogPosition? position, Problem? problem) = LogPosition.Read(http.Request, domain.Name);
        asked = position?.Value;
        return problem ?? (asked > head ? Problems.PositionInTheFuture : null);
    }

    private static void Write(HttpContext http, OpenDomain domain, long position, TimeSpan lag)
    {
        new LogPosition(domain.Name, position).Write(http.Response);
        http.Response.Headers[LogPosition.LagHeader] = lag.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
    }
}

/// <summary>The head of a log as it was seen early in the request, so that nobody need ask again.</summary>
internal sealed record HeadSeen(string Domain, long Position);
