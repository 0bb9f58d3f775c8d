using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

/// <param name="Since">When it began.</param>
internal sealed record ListedPerson(UserId UserId, string Handle, DateTimeOffset Since)
{
    public static ListedPerson Of(GraphEntry entry) => new(new UserId(entry.UserId), entry.Handle, entry.Since);
}

/// <summary>A page of people, newest first.</summary>
/// <param name="Next">Send it back as <c>cursor</c> for the next page; left out on the last one.</param>
internal sealed record PeoplePage(IReadOnlyList<ListedPerson> Items, string? Next = null)
{
    public static PeoplePage Example { get; } = new([new ListedPerson(ExamplePeople.MaraId, "mara", ExamplePeople.Then)]);

    /// <summary>The caller's own list, as the query in the address asks for it.</summary>
    public static Task<IResult> OfCaller(GraphList list, GraphLog graph, TimeProvider clock, HttpContext http, string? cursor, int limit) =>
        Read(cursor, limit, (after, count) => GraphLists.Page(
            graph.Database, http.Caller().Id, list, clock.GetUtcNow(), after, count, http.RequestAborted));

    /// <param name="page">Reads so many people after a place.</param>
    public static async Task<IResult> Read(string? cursor, int limit, Func<GraphPlace?, int, Task<IReadOnlyList<GraphEntry>>> page)
    {
        GraphPlace? after = null;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && (after = Place(cursor)) is null))
        {
            return Problems.CursorMalformed;
        }

        IReadOnlyList<GraphEntry> found = await page(after, limit + 1).ConfigureAwait(false);
        ListedPerson[] items = [.. found.Take(limit).Select(ListedPerson.Of)];
        return TypedResults.Ok(new PeoplePage(items, found.Count > limit ? Cursor(found[limit - 1]) : null));
    }

    private static string Cursor(GraphEntry last) => string.Create(CultureInfo.InvariantCulture, $"{last.Since.UtcTicks}-{last.UserId:n}");

    private static GraphPlace? Place(string cursor) =>
        cursor.Split('-') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "n", out Guid person)
            ? new GraphPlace(new DateTimeOffset(time, TimeSpan.Zero), person)
            : null;
}
