using Wya.Api.Messaging;
using Wya.Api.Rooms;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Messaging;
using Wya.Projections.Rooms;

namespace Wya.Api.Reports;

/// <summary>
/// Whether what is to be taken down is there, and of the person whose case it is: they get the statement. Asked of the domain that
/// holds it, before anything is decided.
/// </summary>
internal sealed class TakedownTargets(MessagingLogs messaging, RoomsLog rooms)
{
    /// <summary>True also of what is not named as it must be: that is refused for what it is.</summary>
    public async Task<bool> AreOf(UserId person, TakenDownContent? content, CancellationToken ct) => content switch
    {
        { Kind: TakenDownKind.Message, ConversationId: { } conversation, MessageId: { } message } =>
            (await MessagePages.Row((await messaging.Find(conversation, ct).ConfigureAwait(false)).Database, conversation, message, ct).ConfigureAwait(false))?.SenderId == person.Value,
        { Kind: TakenDownKind.RoomVersion, RoomId: { } room, Version: { } version } =>
            (await RoomHistories.Version(rooms.Database, new RoomId(room), version, ct).ConfigureAwait(false))?.AuthorId == person.Value,
        _ => true,
    };
}
