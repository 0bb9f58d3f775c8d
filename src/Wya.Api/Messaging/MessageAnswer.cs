using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <param name="Sequence">Its place in the conversation; not every number is a message's.</param>
/// <param name="Text">Left out when it is deleted or taken down, or its author erased; likewise all that it said and got.</param>
/// <param name="IsErased">Its author has left this place for good, and taken their words with them.</param>
/// <param name="IsTakenDown">By a moderator; its author finds the statement in their record.</param>
internal sealed record MessageAnswer(
    MessageId MessageId,
    ConversationId ConversationId,
    long Sequence,
    UserId SenderId,
    MessageKind Kind,
    DateTimeOffset SentAt,
    string? Text = null,
    string? Ciphertext = null,
    IReadOnlyList<Attachment>? Attachments = null,
    MessageId? ReplyTo = null,
    IReadOnlyList<UserId>? Mentions = null,
    IReadOnlyList<ReactionAnswer>? Reactions = null,
    DateTimeOffset? EditedAt = null,
    DateTimeOffset? DeletedAt = null,
    bool IsErased = false,
    bool IsTakenDown = false)
{
    public static MessageAnswer Of(MessageView view) => new(
        new MessageId(view.Row.MessageId),
        new ConversationId(view.Row.ConversationId),
        view.Row.Sequence,
        new UserId(view.Row.SenderId),
        view.Row.Kind == "text" ? MessageKind.Text : MessageKind.Ciphertext,
        view.Row.SentAt,
        view.Content?.Text,
        view.Content?.Ciphertext,
        view.Content?.Attachments,
        view.Row.ReplyTo is { } reply ? new MessageId(reply) : null,
        view.Mentions.Count == 0 ? null : [.. view.Mentions.Select(user => new UserId(user))],
        view.Reactions.Count == 0 ? null :
        [
            .. view.Reactions.GroupBy(reaction => reaction.Emoji, StringComparer.Ordinal)
                .Select(group => new ReactionAnswer(group.Key, group.Count(), [.. group.Select(reaction => new UserId(reaction.UserId))])),
        ],
        view.Row.EditedAt,
        view.Row.DeletedAt,
        view.IsErased,
        view.IsTakenDown);
}

/// <param name="UserIds">In the order in which they gave it.</param>
internal sealed record ReactionAnswer(string Emoji, int Count, IReadOnlyList<UserId> UserIds);
