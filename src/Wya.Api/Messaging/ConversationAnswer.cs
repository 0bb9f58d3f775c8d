using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <param name="Participants">In a list at most 10 of a group; the caller comes first.</param>
/// <param name="ParticipantCount">Those whom the caller meets, and the caller.</param>
/// <param name="Request">Left out when there is none, or it was accepted.</param>
/// <param name="ReadSequence">Up to here the caller has read.</param>
/// <param name="Unread">At most 100, which means 100 or more.</param>
/// <param name="Mentions">Of the caller, and not read yet; likewise.</param>
internal sealed record ConversationAnswer(
    ConversationId ConversationId,
    ConversationKind Kind,
    IReadOnlyList<ParticipantAnswer> Participants,
    int ParticipantCount,
    UserId CreatedBy,
    DateTimeOffset CreatedAt,
    bool IsMuted,
    long ReadSequence,
    int Unread,
    int Mentions,
    DateTimeOffset ActiveAt,
    string? Title = null,
    DateTimeOffset? ArchivedAt = null,
    RequestAnswer? Request = null,
    MessageAnswer? LastMessage = null)
{
    public static ConversationAnswer Of(ConversationView view) => new(
        new ConversationId(view.Id),
        view.Kind == "direct" ? ConversationKind.Direct : ConversationKind.Group,
        [.. view.Participants.Select(one => new ParticipantAnswer(
            new UserId(one.UserId), one.IsErased, one.Handle, one.ReadMessageId is { } read ? new MessageId(read) : null, one.ReadSequence))],
        view.ParticipantCount,
        new UserId(view.CreatedBy),
        view.CreatedAt,
        view.IsMuted,
        view.ReadSequence,
        view.Unread,
        view.Mentions,
        view.ActiveAt,
        view.Title,
        view.ArchivedAt,
        view.Request is { } state ? new RequestAnswer(new UserId(view.CreatedBy), state) : null,
        view.LastMessage is { } last ? MessageAnswer.Of(last) : null);
}

/// <param name="Handle">Left out for somebody erased.</param>
/// <param name="ReadMessageId">Up to here they have read; of others only where they let it be known.</param>
internal sealed record ParticipantAnswer(
    UserId UserId, bool IsErased, string? Handle = null, MessageId? ReadMessageId = null, long? ReadSequence = null);

/// <param name="By">Who asks.</param>
/// <param name="State"><c>open</c>: nothing has been written yet; <c>waiting</c>: for the other one's answer.</param>
internal sealed record RequestAnswer(UserId By, string State);
