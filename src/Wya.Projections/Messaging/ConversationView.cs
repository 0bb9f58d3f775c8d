namespace Wya.Projections.Messaging;

/// <summary>A conversation as one of its participants sees it.</summary>
/// <param name="Title">In the clear; null also when who gave it is erased.</param>
/// <param name="Request"><c>open</c> or <c>waiting</c>: nobody is told that it was declined. Null when there is none.</param>
/// <param name="ReadSequence">Up to here this person has read.</param>
/// <param name="Unread">At most <see cref="ConversationLists.CountMax"/>, which means that or more.</param>
/// <param name="Mentions">Of this person, not read yet; likewise at most.</param>
/// <param name="ActiveAt">Of the last message that this person may see; when they came, if there is none.</param>
/// <param name="ParticipantCount">Those whom this person meets, and themselves.</param>
public sealed record ConversationView(
    Guid Id,
    string Kind,
    string? Title,
    Guid CreatedBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ArchivedAt,
    string? Request,
    bool IsMuted,
    long ReadSequence,
    int Unread,
    int Mentions,
    DateTimeOffset ActiveAt,
    MessageView? LastMessage,
    IReadOnlyList<ParticipantView> Participants,
    int ParticipantCount);

/// <param name="Handle">Null for somebody erased.</param>
/// <param name="ReadMessageId">Up to here they have read, as far as they let others know; null when they do not.</param>
public sealed record ParticipantView(Guid UserId, string? Handle, bool IsErased, Guid? ReadMessageId, long? ReadSequence);
