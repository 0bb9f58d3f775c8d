using System.Text.Json;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Api.Analysis;

internal static class ShowStreamStepEndpoint
{
    private const int EventsMax = 20_000;
    private const int PageEvents = 1_000;

    /// <param name="Last">The version of the stream's last event.</param>
    /// <param name="Before">What its events came to before this one; left out where this build knows no state of such streams.</param>
    /// <param name="After">And with it.</param>
    /// <param name="Changed">The members of the state that are not the same.</param>
    internal sealed record Step(
        string Domain, Guid Id, string Kind, long Version, long Last, EventAnswer Event, JsonElement? Before, JsonElement? After, IReadOnlyList<string> Changed);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/streams/{id}/steps/{version:int}", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe(
            "ShowStreamStep",
            "Show what one event made of its stream's state",
            "The state that decisions were made by, before and after the event of this version; what is sensitive stays sealed. Up to version 20,000.")
        .Produces<Step>()
        .ForExample(answer: new Step(
            "identity", ExamplePeople.MaraId.Value, "user", 2, 2, EventAnswer.Example, JsonSerializer.SerializeToElement(new { verified = false }),
            JsonSerializer.SerializeToElement(new { verified = true }), ["verified"]))
        .Refuses(Problems.LogUnknown, Problems.SafetyLogClosed, Problems.StreamUnknown, Problems.StreamTooLong);

    private static async Task<IResult> Answer(AnalystLogs logs, Guid id, int version, string? domain = null, CancellationToken ct = default)
    {
        (AnalystLog? log, BrowsedStream? stream, Problem? problem) = await logs.FindStream(id, domain, ct).ConfigureAwait(false);
        if (log is null || stream is null)
        {
            return problem!;
        }

        if (version < 1 || version > stream.Version)
        {
            return Problems.StreamUnknown;
        }

        if (version > EventsMax)
        {
            return Problems.StreamTooLong;
        }

        StreamFold? fold = StreamFold.All.FirstOrDefault(known => known.StreamType == stream.Type);
        object? before = null, after = fold?.Initial;
        BrowsedEvent? last = null;
        while (last is null || last.Version < version)
        {
            foreach (BrowsedEvent found in await log.Browser.OfStream(id, last?.Version ?? 0, (int)Math.Min(PageEvents, version - (last?.Version ?? 0)), ct).ConfigureAwait(false))
            {
                last = found;
                before = after;
                after = after is null || found.Recorded is null ? null : fold!.Evolve(after, found.Recorded.Data); // after one that this build cannot read, nobody knows
            }
        }

        JsonElement? was = before is null ? null : EventAnswer.Mask(before), became = after is null ? null : EventAnswer.Mask(after);
        return TypedResults.Ok(new Step(log.Name, id, stream.Type, version, stream.Version, EventAnswer.Of(log, last), was, became, Differing(was, became)));
    }

    private static string[] Differing(JsonElement? before, JsonElement? after) => before is { } was && after is { } became
        ?
        [
            .. was.EnumerateObject().Concat(became.EnumerateObject()).Select(member => member.Name).Distinct()
                .Where(name => Raw(was, name) != Raw(became, name)),
        ]
        : [];

    private static string? Raw(JsonElement state, string name) => state.TryGetProperty(name, out JsonElement value) ? value.GetRawText() : null;
}
