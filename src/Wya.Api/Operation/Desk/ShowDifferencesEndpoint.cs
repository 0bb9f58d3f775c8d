using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ShowDifferencesEndpoint
{
    /// <param name="Tables">All that differs, counted.</param>
    /// <param name="Items">The first rows of each table, in order.</param>
    /// <param name="Next">Send it back as <c>cursor</c>; left out on the last page.</param>
    internal sealed record Page(string? Fingerprint, IReadOnlyList<TableDifference> Tables, IReadOnlyList<Item> Items, string? Next = null);

    /// <param name="EventCount">Events that touch the row; left out when they were not looked for.</param>
    /// <param name="Events">The last of them.</param>
    internal sealed record Item(int Number, RowView Row, long? EventCount, IReadOnlyList<TouchingEvent> Events);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/rebuilds/{rebuildId}/differences", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ShowDifferences", "Show the rows in which a rebuild differs", "Of the last comparison: what the live and the new tables say, by key, and the events that touch the first of the rows. What people wrote is masked.")
        .Produces<Page>()
        .ForExample(answer: new Page(
            "5f0c2a9be1d47730", [new TableDifference("users", 0, 0, 2)],
            [new Item(1, RowView.Example, 3, [new TouchingEvent(42, ExamplePeople.MaraId.Value, 3, "user.unsuspended", ExamplePeople.Then)])]))
        .Refuses(RebuildRefusals.UnknownRebuild)
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(Guid rebuildId, OperatorDesk desk, CancellationToken ct, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        if (!NumberedPage.TryParse(cursor, limit, out NumberedPage asked))
        {
            return Problems.CursorMalformed;
        }

        if (await desk.Job(rebuildId, ct).ConfigureAwait(false) is not var (domain, job))
        {
            return Problem.Of(RebuildRefusals.UnknownRebuild);
        }

        (RowDifference[] rows, string? next) = asked.Of(
            await desk.RebuildsOf(domain).Differences(rebuildId, asked.After, asked.Sought, ct).ConfigureAwait(false), row => row.Number);
        return TypedResults.Ok(new Page(
            job.Fingerprint,
            job.Difference ?? [],
            [.. rows.Select(row => new Item(row.Number, RowView.Of(row.Table, row.Difference, row.Key, row.Live, row.Rebuilt), row.EventCount, row.Events))],
            next));
    }
}
