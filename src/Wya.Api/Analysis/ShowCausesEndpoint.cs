using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Analysis;

internal static class ShowCausesEndpoint
{
    private const int EventsMaxALog = 500;

    /// <param name="CorrelationId">The request's.</param>
    /// <param name="Items">A cause before what it caused; those that nothing here caused are the request's own.</param>
    /// <param name="IsWhole">False when a log holds more of it than is shown.</param>
    internal sealed record Causes(string CorrelationId, IReadOnlyList<CausedEvent> Items, bool IsWhole);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/requests/{correlation}", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe(
            "ShowCauses",
            "Show what a request came to, in every log",
            "What it recorded, and what answered that, and so on, as a tree in its order. Safety's log is not looked into; and what tells trust from who judged carries no trace of it.")
        .Produces<Causes>()
        .ForExample(answer: new Causes("4bf92f3577b34da6a3ce929d0e0e4736", [new CausedEvent(0, null, EventAnswer.Example)], true));

    private static async Task<IResult> Answer(AnalystLogs logs, string correlation, CancellationToken ct)
    {
        List<EventAnswer> all = [];
        bool isWhole = true;
        foreach (AnalystLog log in logs.All)
        {
            List<BrowsedEvent> found = await log.Browser.OfRequest(correlation, EventsMaxALog + 1, ct).ConfigureAwait(false);
            isWhole &= found.Count <= EventsMaxALog;
            all.AddRange(found.Take(EventsMaxALog).Select(one => EventAnswer.Of(log, one)));
        }

        return TypedResults.Ok(new Causes(correlation, InOrder(all), isWhole));
    }

    /// <summary>Depth first; what was caused at the same place in the order of time.</summary>
    private static List<CausedEvent> InOrder(List<EventAnswer> all)
    {
        HashSet<Guid> known = [.. all.Select(one => one.Id)];
        ILookup<Guid?, EventAnswer> byCause = all.OrderBy(one => one.Time).ThenBy(one => one.Position)
            .ToLookup(one => Guid.TryParseExact(one.CausationId, "n", out Guid cause) && known.Contains(cause) ? cause : (Guid?)null);
        List<CausedEvent> ordered = [];
        void Add(Guid? cause, int depth)
        {
            foreach (EventAnswer one in byCause[cause])
            {
                ordered.Add(new CausedEvent(depth, cause, one));
                Add(one.Id, depth + 1);
            }
        }

        Add(null, 0);
        return ordered;
    }
}
