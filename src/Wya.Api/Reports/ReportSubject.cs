using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Reports;

/// <summary>What is reported.</summary>
/// <param name="Kind">Decides which of the others are given.</param>
/// <param name="UserId">The person, for <c>person</c> and <c>location_behaviour</c>; of a group conversation whom it is about, its creator when left out.</param>
/// <param name="ConversationId">For <c>message</c> and <c>conversation</c>.</param>
/// <param name="MessageId">For <c>message</c>.</param>
/// <param name="RoomId">For <c>room</c>.</param>
/// <param name="Version">For <c>room</c>: which version; the one that is shown when left out.</param>
internal sealed record ReportSubject(
    ReportSubjectKind Kind,
    UserId? UserId = null,
    ConversationId? ConversationId = null,
    MessageId? MessageId = null,
    RoomId? RoomId = null,
    int? Version = null)
{
    public bool IsWellFormed => this switch
    {
        { Kind: ReportSubjectKind.Person or ReportSubjectKind.LocationBehaviour, UserId: { }, ConversationId: null, MessageId: null, RoomId: null, Version: null } => true,
        { Kind: ReportSubjectKind.Message, UserId: null, ConversationId: { }, MessageId: { }, RoomId: null, Version: null } => true,
        { Kind: ReportSubjectKind.Conversation, ConversationId: { }, MessageId: null, RoomId: null, Version: null } => true,
        { Kind: ReportSubjectKind.Room, UserId: null, ConversationId: null, MessageId: null, RoomId: { }, Version: null or > 0 } => true,
        _ => false,
    };
}
