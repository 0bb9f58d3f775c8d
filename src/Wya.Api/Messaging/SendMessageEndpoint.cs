using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class SendMessageEndpoint
{
    /// <param name="Kind"><c>text</c> unless said otherwise.</param>
    /// <param name="Text">1 to 10,000 characters.</param>
    /// <param name="Ciphertext">Base64, for messages that only the recipients' clients can read.</param>
    /// <param name="Attachments">At most 10, kept elsewhere.</param>
    /// <param name="ReplyTo">A message of the same conversation.</param>
    /// <param name="Mentions">At most 50 participants, each once.</param>
    internal sealed record Body(
        MessageKind Kind = MessageKind.Text,
        string? Text = null,
        string? Ciphertext = null,
        IReadOnlyList<Attachment>? Attachments = null,
        MessageId? ReplyTo = null,
        IReadOnlyList<UserId>? Mentions = null)
    {
        public SendMessage ToCommand() => new(Kind, new MessageContent(Text, Ciphertext, Attachments is [] ? null : Attachments), ReplyTo, Mentions);
    }

    /// <param name="Sequence">Its place in the conversation.</param>
    internal sealed record SentMessage(MessageId MessageId, ConversationId ConversationId, long Sequence, DateTimeOffset SentAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/conversations/{id}/messages/{messageId}", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .Describe(
            "SendMessage",
            "Send a message",
            "Under an id that the client makes up, a uuid of version 4 or 7. Sent again, it is the same message, and answered the same.")
        .Produces<SentMessage>(StatusCodes.Status201Created)
        .ForExample(new Body(Text: "I am around. Come in!"), new SentMessage(ExampleTalk.Message, ExampleTalk.Conversation, 2, ExamplePeople.Then))
        .Refuses(
            MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageIdInvalid, MessagingRefusals.MessageIdReused, MessagingRefusals.ReplyUnknown,
            MessagingRefusals.MentionsInvalid, MessagingRefusals.ContentInvalid("A text has 1 to 10000 characters that are not all blank."))
        .RefusesWriting();

    private static async Task<IResult> Answer(Guid id, Guid messageId, Body body, Gate gate, MessagingLog messaging, TimeProvider clock, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        var message = new MessageId(messageId);
        if (!message.MayBeAClients())
        {
            return Problem.Of(MessagingRefusals.MessageIdInvalid);
        }

        (Entry entry, Problem? problem) = await gate.Enter(http, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        SendMessage command = body.ToCommand();
        if (command.ReplyTo is { } reply && entry.MayRead
            && await MessagesInSight.Find(messaging.Database, entry.Self!.Id, id, reply, ct).ConfigureAwait(false) is null)
        {
            return Problem.Of(MessagingRefusals.ReplyUnknown);
        }

        DateTimeOffset now = clock.GetUtcNow();
        Transacted<Conversation> done = await messaging.Store.Transact(
            Conversation.Stream,
            id,
            conversation => SendMessage.Decide(conversation, command, entry.Self!, entry.Other, now),
            new CommandMetadata(entry.Self!.Id.ToString(), messageId, CorrelationId: Problem.TraceId(http)),
            ct).ConfigureAwait(false);

        // What was acknowledged once is acknowledged again, even if they may not write any more.
        RecordedEvent? earlier = done.Earlier
            ?? (done.Refusal is null ? null : await messaging.Store.FindEvent(messageId, ct).ConfigureAwait(false));
        if (earlier is not null)
        {
            return IsTheSame(earlier, id, entry.Self.Id, command)
                ? Sent(http, messaging, message, id, earlier.Version, earlier.Position, earlier.Time)
                : Problem.Of(done.Refusal ?? MessagingRefusals.MessageIdReused);
        }

        return done.Refusal is { } refusal
            ? Problem.Of(refusal)
            : Sent(http, messaging, message, id, done.Version - (done.Recorded - 1), done.Position, done.Time);
    }

    private static Created<SentMessage> Sent(HttpContext http, MessagingLog messaging, MessageId message, Guid id, long sequence, long position, DateTimeOffset at)
    {
        messaging.At(position).Write(http.Response);
        return TypedResults.Created((string?)null, new SentMessage(message, new ConversationId(id), sequence, at));
    }

    private static bool IsTheSame(RecordedEvent earlier, Guid conversation, UserId sender, SendMessage command) =>
        earlier.Data is MessageSent sent
        && earlier.StreamId == conversation
        && sent.SenderId == sender
        && sent.Kind == command.Kind
        && sent.ReplyTo == command.ReplyTo
        && (sent.Mentions ?? []).SequenceEqual(command.Mentions ?? [])
        && !sent.Content.IsErased
        && sent.Content.ValueOr(new MessageContent()) == command.Content;
}
