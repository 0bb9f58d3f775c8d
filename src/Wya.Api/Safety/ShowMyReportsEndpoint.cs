using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowMyReportsEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for older ones; left out on the last page.</param>
    internal sealed record MyReportsPage(IReadOnlyList<MyReportAnswer> Items, string? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/reports", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<SafetyLog>()
        .Describe("ShowMyReports", "Show what I have reported", "What became of each: received, in review, or decided, with the outcome. Who decided is not said.")
        .Produces<MyReportsPage>()
        .ForExample(answer: new MyReportsPage(
            [new MyReportAnswer(ExampleReports.Id, ReportSubjectKind.Message, Category.Harassment, ReportStatus.Received, ExamplePeople.Then, "They would not stop.")]))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        SafetyLog safety, TimeProvider clock, HttpContext http, CancellationToken ct, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        (DateTimeOffset, Guid)? before = null;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && (before = Place(cursor)) is null))
        {
            return Problems.CursorMalformed;
        }

        IReadOnlyList<MyReport> found = await MyReports.Page(
            safety.Database, SafetyKey.OfReporter(safety.Database, http.Caller().Id), before, limit + 1, clock.GetUtcNow(), ct).ConfigureAwait(false);
        MyReportAnswer[] items = [.. found.Take(limit).Select(MyReportAnswer.Of)];
        return TypedResults.Ok(new MyReportsPage(items, found.Count > limit ? Cursor(items[^1]) : null));
    }

    private static string Cursor(MyReportAnswer last) => string.Create(CultureInfo.InvariantCulture, $"{last.SubmittedAt.UtcTicks}-{last.ReportId:n}");

    private static (DateTimeOffset, Guid)? Place(string cursor) =>
        cursor.Split('-') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "n", out Guid report)
            ? (new DateTimeOffset(time, TimeSpan.Zero), report)
            : null;
}
