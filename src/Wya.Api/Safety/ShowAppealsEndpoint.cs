using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowAppealsEndpoint
{
    /// <param name="Items">The most urgent first.</param>
    /// <param name="Next">Send it back as <c>cursor</c>; left out on the last page.</param>
    internal sealed record Appeals(IReadOnlyList<OpenAppeal> Items, string? Next = null);

    /// <param name="ForAnother">The caller must not decide it: it is about their own decision, or the case is not for them. What it is about is left out then.</param>
    internal sealed record OpenAppeal(
        Guid AppealId, DateTimeOffset SubmittedAt, DateTimeOffset DueAt, bool IsOverdue, bool ForAnother, Guid? CaseId = null, Guid? ActionId = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/appeals", Answer)
        .RequireCapability(Capability.Moderate)
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Appeals)
        .Describe("ShowAppeals", "Show the appeals that wait", "The most urgent first, in pages. What they say stands in their cases.")
        .Produces<Appeals>()
        .ForExample(answer: new Appeals(
            [new OpenAppeal(ExampleCase.Appeal, ExamplePeople.Then, ExamplePeople.Then.AddDays(7), IsOverdue: false, ForAnother: false, ExampleCase.Case, ExampleCase.Action)]))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        SafetyLog safety, CaseDoor door, TimeProvider clock, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        (DateTimeOffset DueAt, Guid AppealId)? after = null;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && (after = Place(cursor)) is null))
        {
            return Problems.CursorMalformed;
        }

        CancellationToken ct = http.RequestAborted;
        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<AppealRow> found = await AppealsTable.Open(safety.Database, after, limit + 1, ct).ConfigureAwait(false);
        List<OpenAppeal> items = [];
        foreach (AppealRow row in found.Take(limit))
        {
            bool forAnother = await IsForAnother(safety, door, row, http).ConfigureAwait(false);
            items.Add(new OpenAppeal(
                row.AppealId, row.SubmittedAt, row.DueAt, row.DueAt < now, forAnother, forAnother ? null : row.CaseId, forAnother ? null : row.ActionId));
        }

        AppealRow? last = found.Count > limit ? found[limit - 1] : null;
        return TypedResults.Ok(new Appeals(
            items, last is null ? null : string.Create(CultureInfo.InvariantCulture, $"{last.DueAt.UtcTicks}-{last.AppealId:n}")));
    }

    private static async Task<bool> IsForAnother(SafetyLog safety, CaseDoor door, AppealRow row, HttpContext http)
    {
        (CaseInSight? inSight, _) = await door.EnterAbout(http, new UserId(row.UserId)).ConfigureAwait(false);
        return inSight is null
            || await ModerationActionsTable.HasDecided(safety.Database, row.ActionId, http.Caller().Id.Value, http.RequestAborted).ConfigureAwait(false);
    }

    private static (DateTimeOffset DueAt, Guid AppealId)? Place(string cursor) =>
        cursor.Split('-') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "n", out Guid appeal)
            ? (new DateTimeOffset(time, TimeSpan.Zero), appeal)
            : null;
}
