using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Analysis;

internal static class ShowStreamEndpoint
{
    /// <param name="Kind">What kind of stream it is.</param>
    /// <param name="Version">Of its last event.</param>
    /// <param name="Events">In order.</param>
    /// <param name="Next">Send it back as <c>after</c> for later ones; left out on the last page.</param>
    internal sealed record Stream(
        string Domain, Guid Id, string Kind, long Version, DateTimeOffset CreatedAt, bool IsArchived, IReadOnlyList<EventAnswer> Events, long? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/streams/{id}", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe("ShowStream", "Show a stream", "Its events after a version, in order, in pages; in whichever log it is, unless a domain is named.")
        .Produces<Stream>()
        .ForExample(answer: new Stream("identity", ExamplePeople.MaraId.Value, "user", 2, ExamplePeople.Then, false, [EventAnswer.Example]))
        .Refuses(Problems.LogUnknown, Problems.SafetyLogClosed, Problems.StreamUnknown, Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        AnalystLogs logs, Guid id, string? domain = null, long after = 0, int limit = Limits.PageItemsDefault, CancellationToken ct = default)
    {
        if (after < 0 || limit is < 1 or > Limits.PageItemsMax)
        {
            return Problems.CursorMalformed;
        }

        (AnalystLog? log, BrowsedStream? stream, Problem? problem) = await logs.FindStream(id, domain, ct).ConfigureAwait(false);
        if (log is null || stream is null)
        {
            return problem!;
        }

        List<BrowsedEvent> found = await log.Browser.OfStream(id, after, limit, ct).ConfigureAwait(false);
        return TypedResults.Ok(new Stream(
            log.Name, id, stream.Type, stream.Version, stream.Created, stream.IsArchived,
            [.. found.Select(one => EventAnswer.Of(log, one))],
            found.Count > 0 && found[^1].Version < stream.Version ? found[^1].Version : null));
    }
}
