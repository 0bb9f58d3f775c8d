using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Projections;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class SearchMessagesEndpoint
{
    private const int QuestionCharactersMax = 500;

    /// <param name="Items">Newest first. There may be fewer than asked for on a page that is not the last.</param>
    /// <param name="Next">Send it back as <c>cursor</c>, with all else as it was, for older ones; left out on the last page.</param>
    internal sealed record Hits(IReadOnlyList<MessageAnswer> Items, string? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/messages", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFrom(
            services => services.GetRequiredService<MessagingLogs>().All, log => Partitions.In(log.Definition.Partition, MessagingDomain.Search))
        .Describe(
            "SearchMessages",
            "Search my messages",
            "In the caller's own conversations, or one of them: messages in which all words occur, whole, whatever their case and accents. "
            + "Follows the log: send Wya-Position to find at least what a command has answered. Encrypted messages are not found.")
        .Produces<Hits>()
        .ForExample(answer: new Hits([ExampleTalk.Said]))
        .Refuses(
            Problems.CursorMalformed, Problems.SearchWordsInvalid, Problems.SearchTooWide, Problem.Of(MessagingRefusals.ConversationNotFound));

    private static async Task<IResult> Answer(
        Gate gate,
        MessagingLogs messaging,
        HttpContext http,
        string q = "",
        Guid? conversation_id = null,
        string? cursor = null,
        int limit = Limits.PageItemsDefault)
    {
        SearchPlace? before = null;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && (before = Place(cursor)) is null))
        {
            return Problems.CursorMalformed;
        }

        IReadOnlyList<string> words = q.Length > QuestionCharactersMax ? [] : WordRules.Words(q);
        if (words.Count is 0 or > WordRules.AskedMax)
        {
            return Problems.SearchWordsInvalid;
        }

        (Entry entry, Problem? problem) = conversation_id is { } one
            ? await gate.Enter(http, one).ConfigureAwait(false)
            : await gate.Enter(http).ConfigureAwait(false);
        if ((problem ?? (conversation_id is null || entry.MayRead ? null : Problem.Of(MessagingRefusals.ConversationNotFound))) is { } refused)
        {
            return refused;
        }

        FoundMessages found = await MessageSearches.Find(
            messaging.Databases, http.ChatterId().Value, words, conversation_id, before, limit, http.RequestAborted).ConfigureAwait(false);
        return found.IsTooWide
            ? Problems.SearchTooWide
            : TypedResults.Ok(new Hits([.. found.Hits.Select(MessageAnswer.Of)], found.Next is { } next ? Cursor(next) : null));
    }

    private static string Cursor(SearchPlace last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.SentAt.UtcTicks}-{last.ConversationId:n}-{last.Sequence}");

    private static SearchPlace? Place(string cursor) =>
        cursor.Split('-') is [var ticks, var id, var sequence]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "n", out Guid conversation)
        && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? new SearchPlace(new DateTimeOffset(time, TimeSpan.Zero), conversation, number)
            : null;
}
