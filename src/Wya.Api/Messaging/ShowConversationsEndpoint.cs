using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class ShowConversationsEndpoint
{
    /// <param name="Items">Newest activity first.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for the next page; left out on the last one.</param>
    internal sealed record Conversations(IReadOnlyList<ConversationAnswer> Items, string? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations", Answer)
        .RequireChatter()
        .AnswersFromHeadSeen()
        .Describe(
            "ShowConversations",
            "Show my conversations",
            "Newest activity first. What becomes active while somebody turns pages moves to the first page, and nothing else moves. "
            + "Requests that wait for the caller are listed by themselves, with requests=true.")
        .Produces<Conversations>()
        .ForExample(answer: new Conversations([ExampleTalk.Shown]))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        Gate gate, MessagingLogs messaging, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault, bool requests = false)
    {
        ListPlace? after = null;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && (after = Place(cursor)) is null))
        {
            return Problems.CursorMalformed;
        }

        (Entry entry, Problem? problem) = await gate.Enter(http).ConfigureAwait(false);
        if ((problem ?? Freshness.HoldsAll(http, messaging.All, await messaging.Heads(entry.Head, http.RequestAborted).ConfigureAwait(false))) is { } refused)
        {
            return refused;
        }

        IReadOnlyList<ConversationView> found = await ConversationLists.Page(
            messaging.Databases, http.ChatterId().Value, requests, after, limit + 1, http.RequestAborted).ConfigureAwait(false);
        ConversationAnswer[] items = [.. found.Take(limit).Select(ConversationAnswer.Of)];
        return TypedResults.Ok(new Conversations(items, found.Count > limit ? Cursor(found[limit - 1]) : null));
    }

    private static string Cursor(ConversationView last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.ActiveAt.UtcTicks}-{last.Id:n}");

    private static ListPlace? Place(string cursor) =>
        cursor.Split('-') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "n", out Guid conversation)
            ? new ListPlace(new DateTimeOffset(time, TimeSpan.Zero), conversation)
            : null;
}
