using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class ShowMessageHistoryEndpoint
{
    /// <param name="Items">Oldest first; what the message says now is not among them.</param>
    /// <param name="IsErased">Its author has left for good, and taken their words with them.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for what was said later; left out on the last page.</param>
    internal sealed record History(IReadOnlyList<Earlier> Items, bool IsErased = false, string? Next = null);

    /// <param name="At">Since when it said this.</param>
    internal sealed record Earlier(DateTimeOffset At, string? Text = null, string? Ciphertext = null, IReadOnlyList<Attachment>? Attachments = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/conversations/{id}/messages/{messageId}/history", Answer)
        .RequireChatter()
        .AnswersFromHeadSeen()
        .Describe("ShowMessageHistory", "Show what a message said before", "Oldest first, without what it says now: nothing, if it was never edited.")
        .Produces<History>()
        .ForExample(answer: new History([new Earlier(ExamplePeople.Then, "I am aruond. Come in!")]))
        .Refuses(
            Problems.CursorMalformed, Problem.Of(MessagingRefusals.ConversationNotFound), Problem.Of(MessagingRefusals.MessageNotFound),
            Problem.Of(MessagingRefusals.MessageDeleted), Problem.Of(MessagingRefusals.MessageTakenDown));

    private static async Task<IResult> Answer(
        Guid id, Guid messageId, Gate gate, MessagingLog messaging, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        long after = 0;
        if (limit is < 1 or > Limits.PageItemsMax
            || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after)))
        {
            return Problems.CursorMalformed;
        }

        (Entry entry, Problem? problem) = await gate.EnterToRead(http, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        CancellationToken ct = http.RequestAborted;
        MessageView? view = await MessageWindows.One(
            messaging.Database, http.ChatterId().Value, id, entry.JoinedSequence, messageId, ct).ConfigureAwait(false);
        if (view is null or { Row.DeletedAt: not null })
        {
            return Problem.Of(view is null ? MessagingRefusals.MessageNotFound : MessagingRefusals.MessageDeleted);
        }

        if (view.IsTakenDown)
        {
            return Problem.Of(MessagingRefusals.MessageTakenDown);
        }

        IReadOnlyList<EarlierContent> earlier = await MessageHistories.Read(messaging.Database, id, messageId, after, limit + 1, ct).ConfigureAwait(false);
        return TypedResults.Ok(new History(
            [.. earlier.Take(limit).Select(one => new Earlier(one.At, one.Content?.Text, one.Content?.Ciphertext, one.Content?.Attachments))],
            view.IsErased,
            earlier.Count > limit ? earlier[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture) : null));
    }
}
