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
        where TDomain : OpenDomain => endpoint.AnswersFrom(services => [services.GetRequiredService<TDomain>()], _ => readModel);

    /// <summary>The same, for one that each of a domain's logs has.</summary>
    public static RouteHandlerBuilder AnswersFrom(
        this RouteHandlerBuilder endpoint, Func<IServiceProvider, IReadOnlyList<OpenDomain>> partitions, Func<OpenDomain, string> readModel) => endpoint
        .WithMetadata(new IsAnswered())
        .AddEndpointFilter(async (invocation, next) =>
        {
            HttpContext http = invocation.HttpContext;
            IReadOnlyList<OpenDomain> logs = partitions(http.RequestServices);
            if (logs is [var only] && await FromStandby(http, only, only.Freshness(readModel(only))).ConfigureAwait(false))
            {
                return await next(invocation).ConfigureAwait(false);
            }

            List<long> held = [];
            TimeSpan oldest = TimeSpan.Zero;
            Problem? behind = null;
            foreach (OpenDomain domain in logs)
            {
                ReadModelFreshness freshness = domain.Freshness(readModel(domain));
                long head = await Head(http, domain).ConfigureAwait(false);
                Problem? problem = Beyond(http, domain, head, out long? asked);
                if (problem is null && asked is { } position)
                {
                    problem = await freshness.WaitFor(position, http.RequestAborted).ConfigureAwait(false);
                }

                if (problem is not null)
                {
                    return problem;
                }

                // Before the data is read, so that the data is at least this fresh.
                (long reached, TimeSpan lag) = await freshness.Of(AccessControl.IdInAddress(http), http.RequestAborted).ConfigureAwait(false);
                held.Add(reached);
                Write(http, domain, reached, oldest = lag > oldest ? lag : oldest);
                behind ??= reached < asked ? Problems.ReadModelBehind : null;
            }

            WriteAll(http, logs, held);
            return behind ?? await next(invocation).ConfigureAwait(false);
        });

    /// <summary>For an endpoint that sees the log's head itself on its way, and says so by <see cref="Holds"/>.</summary>
    public static RouteHandlerBuilder AnswersFromHeadSeen(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new IsAnswered());

    /// <summary>The answer is made from rows that were read with this head, or later.</summary>
    /// <returns>Null when it may be given.</returns>
    public static Problem? Holds(HttpContext http, OpenDomain domain, long head) => HoldsUpTo(http, domain, head, head, TimeSpan.Zero);

    /// <summary>The same, of rows of all a domain's logs.</summary>
    public static Problem? HoldsAll(HttpContext http, IReadOnlyList<OpenDomain> partitions, IReadOnlyList<long> heads)
    {
        Problem? problem = partitions.Zip(heads, (domain, head) => Holds(http, domain, head)).FirstOrDefault(one => one is not null);
        if (problem is null)
        {
            WriteAll(http, partitions, heads);
        }

        return problem;
    }

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
        (LogPosition? asked, Problem? malformed) = LogPosition.Read(http.Request, domain);
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
        (LogPosition? position, Problem? problem) = LogPosition.Read(http.Request, domain);
        asked = position?.Value;
        return problem ?? (asked > head ? Problems.PositionInTheFuture : null);
    }

    private static void WriteAll(HttpContext http, IReadOnlyList<OpenDomain> partitions, IReadOnlyList<long> positions) =>
        http.Response.Headers[LogPosition.Header] = $"{partitions[0].Definition.Domain}:{LogPosition.Text(positions)}";

    private static void Write(HttpContext http, OpenDomain domain, long position, TimeSpan lag)
    {
        domain.At(position).Write(http.Response);
        http.Response.Headers[LogPosition.LagHeader] = lag.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
    }
}

/// <summary>The head of a log as it was seen early in the request, so that nobody need ask again.</summary>
internal sealed record HeadSeen(string Domain, long Position);
