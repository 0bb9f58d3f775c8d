using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging.Live;

/// <summary>
/// One event, as each of those sees it who may hear of it: whoever they do not meet is left out. Most of them meet
/// everybody, and share one frame.
/// </summary>
/// <param name="partition">Whose log the event is in.</param>
/// <param name="title">Of a group that is created, opened.</param>
internal sealed class EventRendering(RecordedEvent recorded, int partition, Audience audience, IReadOnlyDictionary<Guid, MessageView> views, string? title)
{
    private readonly ConversationId conversation = new(recorded.StreamId);
    private Frame? shared;
    private bool isSharedMade;

    /// <summary>Null when this person does not hear of it.</summary>
    public Frame? For(Guid user)
    {
        if (!audience.MeetsAll(recorded.StreamId, user) || IsPersonal)
        {
            return Make(user);
        }

        if (!isSharedMade)
        {
            shared = Make(user);
            isSharedMade = true;
        }

        return shared;
    }

    /// <summary>Some hear of it and others do not, whomever they meet.</summary>
    private bool IsPersonal => recorded.Data is ConversationMuted or ConversationUnmuted or RequestDeclined or MessageRead { IsPublic: false };

    private Frame? Make(Guid user) => recorded.Data switch
    {
        ConversationCreated created => Frame(FrameTypes.Created, new CreatedData(
            conversation,
            recorded.Version,
            created.Kind,
            [.. created.Participants.Where(one => Meets(user, one))],
            created.IsRequest,
            Met(user, created.CreatedBy),
            title)),
        ConversationRequested requested => By(FrameTypes.Requested, user, requested.By),
        RequestAccepted accepted => By(FrameTypes.RequestAccepted, user, accepted.By),
        RequestDeclined declined => declined.By.Value == user ? By(FrameTypes.RequestDeclined, user, declined.By) : null,
        ParticipantAdded added => Meets(user, added.UserId)
            ? Frame(FrameTypes.ParticipantAdded, new ParticipantAddedData(conversation, recorded.Version, added.UserId, Met(user, added.AddedBy)))
            : null,
        ParticipantLeft left => Meets(user, left.UserId)
            ? Frame(FrameTypes.ParticipantLeft, new ParticipantLeftData(conversation, recorded.Version, left.UserId, Met(user, left.RemovedBy)))
            : null,
        ConversationArchived archived =>
            Frame(FrameTypes.Archived, new ArchivedData(conversation, recorded.Version, Met(user, archived.ArchivedBy))),
        ConversationMuted muted => Own(FrameTypes.Muted, user, muted.UserId),
        ConversationUnmuted unmuted => Own(FrameTypes.Unmuted, user, unmuted.UserId),
        MessageEvent message when !Meets(user, message.SenderId) => null,
        MessageSent => Message(FrameTypes.Sent, user, recorded.Id),
        MessageEdited edited => Message(FrameTypes.Edited, user, edited.MessageId.Value),
        MessageDeleted deleted => Frame(FrameTypes.Deleted, new DeletedData(conversation, recorded.Version, deleted.MessageId)),
        ModerationEvent moderated when !MeetsAuthor(user, moderated.MessageId) => null,
        MessageTakenDown taken => Frame(FrameTypes.TakenDown, new DeletedData(conversation, recorded.Version, taken.MessageId)),
        MessageReinstated reinstated => Message(FrameTypes.Reinstated, user, reinstated.MessageId.Value),
        MessageReacted reacted => Reaction(FrameTypes.Reacted, user, reacted.MessageId, reacted.SenderId, reacted.Emoji),
        ReactionRemoved removed => Reaction(FrameTypes.ReactionRemoved, user, removed.MessageId, removed.SenderId, removed.Emoji),
        MessageRead read => read.IsPublic || read.SenderId.Value == user
            ? Frame(FrameTypes.Read, new ReadData(conversation, recorded.Version, read.SenderId, read.MessageId, read.Sequence, read.IsPublic))
            : null,
        _ => null, // of a newer kind than this build knows
    };

    private Frame? Message(string type, Guid user, Guid id)
    {
        if (!views.TryGetValue(id, out MessageView? view))
        {
            return null;
        }

        MessageView seen = audience.MeetsAll(recorded.StreamId, user)
            ? view
            : view with
            {
                Mentions = [.. view.Mentions.Where(one => audience.Meet(recorded.StreamId, user, one))],
                Reactions = [.. view.Reactions.Where(one => audience.Meet(recorded.StreamId, user, one.UserId))],
            };
        return Frame(type, new MessageData(conversation, recorded.Version, MessageAnswer.Of(seen)));
    }

    /// <summary>To a message that the person can see.</summary>
    private Frame? Reaction(string type, Guid user, MessageId message, UserId by, string emoji) =>
        MeetsAuthor(user, message) && views[message.Value] is { Row.DeletedAt: null, IsTakenDown: false }
            ? Frame(type, new ReactionData(conversation, recorded.Version, message, by, emoji))
            : null;

    private bool MeetsAuthor(Guid user, MessageId message) =>
        views.TryGetValue(message.Value, out MessageView? view) && audience.Meet(recorded.StreamId, user, view.Row.SenderId);

    private Frame? By(string type, Guid user, UserId by) =>
        Meets(user, by) ? Frame(type, new ByData(conversation, recorded.Version, by)) : null;

    private Frame? Own(string type, Guid user, UserId of) =>
        of.Value == user ? Frame(type, new UserData(conversation, recorded.Version, of)) : null;

    private Frame Frame(string type, object data) => Live.Frame.Of(recorded.Position, type, data, partition);

    private bool Meets(Guid user, UserId other) => audience.Meet(recorded.StreamId, user, other.Value);

    private UserId? Met(Guid user, UserId? other) => other is { } one && Meets(user, one) ? one : null;
}
