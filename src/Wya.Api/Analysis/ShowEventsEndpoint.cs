using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Analysis;

internal static class ShowEventsEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="LookedTo">The log was looked through down to this position. There may be older ones although none were found.</param>
    /// <param name="Next">Send it back as <c>cursor</c>, with all else as it was, for older ones; left out at the beginning of what was asked for.</param>
    internal sealed record Events(IReadOnlyList<EventAnswer> Items, long LookedTo, string? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/events", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe(
            "ShowEvents",
            "Browse a log's events",
            "Newest first, in pages: of some types, by one actor, of one request, recorded from a time on and before another. A page looks through 100,000 "
            + "positions at most, and says how far it came. What is sensitive stays sealed.")
        .Produces<Events>()
        .ForExample(answer: new Events([EventAnswer.Example], 4_711, "4711"))
        .Refuses(Problems.LogUnknown, Problems.SafetyLogClosed, Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        AnalystLogs logs,
        HttpContext http,
        string domain,
        string[]? type = null,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        string? actor = null,
        string? correlation = null,
        string? cursor = null,
        int limit = Limits.PageItemsDefault)
    {
        CancellationToken ct = http.RequestAborted;
        if (logs.Find(domain) is not ({ } log, _))
        {
            return logs.Find(domain).Problem!;
        }

        long before = long.MaxValue;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before)))
        {
            return Problems.CursorMalformed;
        }

        if (to is { } end)
        {
            before = Math.Min(before, await log.Browser.PositionAsOf(end.AddTicks(-10), ct).ConfigureAwait(false) + 1);
        }

        long after = from is { } begin ? await log.Browser.PositionAsOf(begin.AddTicks(-10), ct).ConfigureAwait(false) : 0;
        var filter = new EventFilter(type is { Length: > 0 } ? type : null, Given(actor), Given(correlation));
        BrowsedPage page = await log.Browser.Before(before, after, filter, limit, ct).ConfigureAwait(false);
        return TypedResults.Ok(new Events(
            [.. page.Events.Select(found => EventAnswer.Of(log, found))],
            page.LookedTo,
            page.LookedTo > after + 1 ? page.LookedTo.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
