using System.Collections.Immutable;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;

namespace Wya.Domain.Messaging;

/// <summary>
/// A message as one person finds it, and what they have done with it: what decisions about it rest on, which the state of
/// a conversation does not hold. A message from before they came, or by somebody whom they do not meet, they do not find.
/// </summary>
/// <param name="IsTakenDown">By a moderator, for now or for good.</param>
/// <param name="Content">Null when it is deleted or its author erased, and where the decision does not need it.</param>
/// <param name="OwnReactions">The person's own, of this message.</param>
/// <param name="ReadSequence">How far the person has read in the conversation.</param>
/// <param name="PublicReadSequence">How far they have let the others know.</param>
public sealed record MessageInSight(
    MessageId Id,
    long Sequence,
    UserId SenderId,
    MessageKind Kind,
    bool IsDeleted,
    bool IsTakenDown,
    MessageContent? Content,
    ImmutableHashSet<string> OwnReactions,
    long ReadSequence,
    long PublicReadSequence);
