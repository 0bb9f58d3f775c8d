using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowAuditEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="Next">Send it back as <c>cursor</c>, with all else as it was, for older ones; left out on the last page.</param>
    internal sealed record Audit(IReadOnlyList<Entry> Items, string? Next = null);

    /// <param name="Position">In the log, from 1 without a gap.</param>
    /// <param name="Actor">A moderator's id, or system.</param>
    /// <param name="What">The event's name.</param>
    /// <param name="CaseId">Left out where no single case was looked at.</param>
    /// <param name="Viewed">What was looked at, of a look.</param>
    /// <param name="Purpose">Why, of a look.</param>
    internal sealed record Entry(
        long Position, DateTimeOffset HappenedAt, string Actor, string What, Guid? CaseId = null, string? Viewed = null, string? Purpose = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/audit", Answer)
        .RequireAnyCapability(Capability.Moderate, Capability.Operate)
        .RecordsView(ViewKind.Audit)
        .Describe(
            "ShowAudit",
            "Show who decided and who looked",
            "Every decision and every look at safety's records, newest first, in pages: of one moderator, of one kind (an event's name), "
            + "from a time on and before another. No reports, and no words of anybody.")
        .Produces<Audit>()
        .ForExample(answer: new Audit(
            [new Entry(42, ExamplePeople.Then, "0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e", "safety.record_viewed", Guid.Empty, "case", "triage")], "42"))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        SafetyLog safety,
        CancellationToken ct,
        Guid? moderator = null,
        string? kind = null,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        string? cursor = null,
        int limit = Limits.PageItemsDefault)
    {
        long before = long.MaxValue;
        if (limit is < 1 or > Limits.PageItemsMax
            || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before)))
        {
            return Problems.CursorMalformed;
        }

        IReadOnlyList<SafetyAuditRow> rows = await SafetyAuditTable.Before(
            safety.Database, before, new SafetyAuditFilter(moderator?.ToString(), kind, from, to), limit + 1, ct).ConfigureAwait(false);
        Entry[] items =
        [
            .. rows.Take(limit).Select(row => new Entry(row.Position, row.HappenedAt, row.Actor, row.What, row.CaseId, row.Viewed, row.Purpose)),
        ];
        return TypedResults.Ok(new Audit(items, rows.Count > limit ? items[^1].Position.ToString(CultureInfo.InvariantCulture) : null));
    }
}
