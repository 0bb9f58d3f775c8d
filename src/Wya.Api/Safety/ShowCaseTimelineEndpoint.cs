using System.Globalization;
using System.Text.Json;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowCaseTimelineEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for older ones; left out on the last page.</param>
    internal sealed record Timeline(IReadOnlyList<Entry> Items, string? Next = null);

    /// <param name="Version">Counts what happened in the case from 1.</param>
    /// <param name="What">The event's name.</param>
    /// <param name="By">A moderator's pseudonym, a reporter's label, <c>person</c> for whom the case is about, or <c>system</c>.</param>
    /// <param name="Detail">What it said, as far as moderators may read it here.</param>
    internal sealed record Entry(long Version, DateTimeOffset At, string What, string By, JsonElement? Detail = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/cases/{id}/timeline", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Case)
        .Describe("ShowCaseTimeline", "Show what happened in a case", "Newest first, in pages, in the words in which it was recorded. What was reported is not in it, and who reported neither.")
        .Produces<Timeline>()
        .ForExample(answer: new Timeline([new Entry(7, ExamplePeople.Then, "safety.case_claimed", ExampleCase.Pseudonym.ToString())], "7"))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        SafetyLog safety, CaseReading reading, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        long before = long.MaxValue;
        if (limit is < 1 or > Limits.PageItemsMax
            || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before)))
        {
            return Problems.CursorMalformed;
        }

        CancellationToken ct = http.RequestAborted;
        CaseInSight inSight = http.CaseInSight();
        IReadOnlyDictionary<Guid, string> labels = await reading.ReporterLabels(inSight.CaseId, ct).ConfigureAwait(false);
        List<Entry> items = [];
        await foreach (RecordedEvent recorded in safety.Store.ReadStream(
            inSight.CaseId, new StreamRange(To: before - 1, Backwards: true, Limit: limit), ct).ConfigureAwait(false))
        {
            object? detail = CaseTimeline.DetailOf((CaseEvent)recorded.Data);
            items.Add(new Entry(
                recorded.Version,
                recorded.Time,
                recorded.Type,
                By(recorded, safety, inSight, labels),
                detail is null ? null : JsonSerializer.SerializeToElement(detail, EventJson.Options)));
        }

        string? next = items is [.., { Version: > 1 and var oldest }] ? oldest.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new Timeline(items, next));
    }

    private static string By(RecordedEvent recorded, SafetyLog safety, CaseInSight inSight, IReadOnlyDictionary<Guid, string> labels) => recorded.Data switch
    {
        ReportSubmitted report => labels.GetValueOrDefault(report.ReporterRef, "reporter"),
        _ => !Guid.TryParse(recorded.Metadata.Actor, out Guid actor) ? "system"
            : actor == inSight.Person.Id.Value ? "person"
            : SafetyKey.OfModerator(safety.Database, new UserId(actor)).ToString(),
    };
}
