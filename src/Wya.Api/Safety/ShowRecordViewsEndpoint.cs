using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowRecordViewsEndpoint
{
    /// <param name="Items">Newest first.</param>
    internal sealed record Views(IReadOnlyList<RecordViews> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/record/views", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .Describe(
            "ShowRecordViews",
            "Show how often one's own record was looked at",
            "By day and purpose, newest first. By whom is not said; every look is recorded before anything is shown.")
        .Produces<Views>()
        .ForExample(answer: new Views([new RecordViews(new DateOnly(2026, 11, 26), "triage", 2)]))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(HttpContext http, SafetyLog safety, CancellationToken ct, int limit = Limits.PageItemsDefault) =>
        limit is < 1 or > Limits.PageItemsMax
            ? Problems.CursorMalformed
            : TypedResults.Ok(new Views(await SafetyAuditTable.ViewsOf(safety.Database, CaseId.Of(http.Caller().Id), limit, ct).ConfigureAwait(false)));
}
