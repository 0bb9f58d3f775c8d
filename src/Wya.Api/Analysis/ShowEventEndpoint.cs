using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Analysis;

internal static class ShowEventEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/events/{domain}/{position}", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe("ShowEvent", "Show an event", "By its position in its log; what is sensitive stays sealed.")
        .Produces<EventAnswer>()
        .ForExample(answer: EventAnswer.Example)
        .Refuses(Problems.LogUnknown, Problems.SafetyLogClosed, Problems.EventUnknown);

    private static async Task<IResult> Answer(AnalystLogs logs, string domain, long position, CancellationToken ct) => logs.Find(domain) switch
    {
        ({ } log, _) => await log.Browser.At(position, ct).ConfigureAwait(false) is { } found
            ? TypedResults.Ok(EventAnswer.Of(log, found))
            : Problems.EventUnknown,
        (_, { } problem) => problem,
        _ => throw new InvalidOperationException(),
    };
}
