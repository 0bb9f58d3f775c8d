using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.Projections.Messaging;

namespace Wya.Projections.Tests.Messaging;

/// <summary>
/// What a conversation's rows must be, worked out from its whole stream at once and with none of the read model's code:
/// each row by looking for the events that it depends on, wherever in the sequence they stand.
/// </summary>
public sealed class NaiveFold(IReadOnlyList<RecordedEvent> stream)
{
    /// <summary>All rows of all tables, each as a text that begins with its table's name.</summary>
    public string[] Rows => Lines([Conversation], Participants, Messages, Edits, Mentions, Reactions);

    /// <summary>In an order that does not depend on where they come from.</summary>
    public static string[] Lines(params IEnumerable<IEnumerable<object>> tables) =>
        [.. tables.SelectMany(rows => rows).Select(row => $"{row}").Order(StringComparer.Ordinal)];

    private ConversationRow Conversation
    {
        get
        {
            (RecordedEvent begin, ConversationCreated created) = All<ConversationCreated>().Single();
            RecordedEvent? said = All<MessageSent>().LastOrDefault().At;
            RecordedEvent? asked = stream.LastOrDefault(one => one.Data is ConversationRequested or RequestAccepted or RequestDeclined);
            return new ConversationRow(
                begin.StreamId,
                created.Kind == ConversationKind.Direct ? "direct" : "group",
                "adult",
                created.CreatedBy.Value,
                begin.Time,
                created.Title?.Token,
                All<ConversationArchived>().LastOrDefault().At?.Time,
                asked?.Data switch
                {
                    ConversationRequested => "waiting",
                    RequestDeclined => "declined",
                    RequestAccepted => null,
                    _ => created.IsRequest ? "open" : null,
                },
                said?.Id,
                said?.Version ?? 0,
                (said ?? begin).Time,
                stream.Last(one => one.Data is ConversationCreated or ConversationRequested or RequestAccepted or RequestDeclined
                    or ConversationArchived or MessageSent).Position);
        }
    }

    private IEnumerable<ParticipantRow> Participants =>
        from joined in Joins
        group joined.At by joined.User into joins
        let since = joins.Last()
        let left = stream.FirstOrDefault(one => one.Version > since.Version && one.Data is ParticipantLeft gone && gone.UserId == joins.Key)
        let setting = left is null
            ? stream.LastOrDefault(one => one.Version > since.Version
                && (one.Data is ConversationMuted muted && muted.UserId == joins.Key || one.Data is ConversationUnmuted open && open.UserId == joins.Key))
            : null
        let read = All<MessageRead>().Where(one => one.At.Version > since.Version && one.Fact.SenderId == joins.Key)
            .Select(one => one.Fact).ToList()
        let farthest = read.Where(one => one.Sequence > since.Version).MaxBy(one => one.Sequence)
        let shown = read.Where(one => one.IsPublic).MaxBy(one => one.Sequence)
        select new ParticipantRow(
            since.StreamId, joins.Key.Value, since.Version, since.Time, left?.Version, setting?.Data is ConversationMuted,
            farthest?.MessageId.Value, farthest?.Sequence ?? since.Version, shown?.MessageId.Value, shown?.Sequence ?? 0);

    private IEnumerable<(UserId User, RecordedEvent At)> Joins => stream.SelectMany(one => one.Data switch
    {
        ConversationCreated created => created.Participants.Select(user => (user, one)),
        ParticipantAdded added => [(added.UserId, one)],
        _ => Enumerable.Empty<(UserId, RecordedEvent)>(),
    });

    private IEnumerable<MessageRow> Messages =>
        from sent in All<MessageSent>()
        let deleted = All<MessageDeleted>().FirstOrDefault(one => one.Fact.MessageId.Value == sent.At.Id).At
        let edited = All<MessageEdited>().LastOrDefault(
            one => one.Fact.MessageId.Value == sent.At.Id && (deleted is null || one.At.Version < deleted.Version)).At
        select new MessageRow(
            sent.At.Id, sent.At.StreamId, sent.At.Version, sent.Fact.SenderId.Value,
            sent.Fact.Kind == MessageKind.Text ? "text" : "ciphertext", sent.Fact.ReplyTo?.Value, sent.At.Time,
            deleted is null ? (edited ?? sent.At).Position : null, edited?.Time, deleted?.Time);

    private IEnumerable<EditRow> Edits =>
        from edited in All<MessageEdited>()
        select new EditRow(edited.At.Id, edited.Fact.MessageId.Value, edited.At.Version, edited.At.Position, edited.At.Time);

    private IEnumerable<MentionRow> Mentions =>
        from sent in All<MessageSent>()
        from user in (sent.Fact.Mentions ?? []).Distinct()
        select new MentionRow(sent.At.Id, user.Value, sent.At.StreamId, sent.At.Version);

    private IEnumerable<ReactionRow> Reactions =>
        from reacted in All<MessageReacted>()
        group reacted.At by (reacted.Fact.MessageId, reacted.Fact.SenderId, reacted.Fact.Emoji) into same
        let removed = All<ReactionRemoved>().LastOrDefault(
            one => (one.Fact.MessageId, one.Fact.SenderId, one.Fact.Emoji) == same.Key).At?.Version ?? 0
        let standing = same.FirstOrDefault(one => one.Version > removed)
        where standing is not null
        select new ReactionRow(same.Key.MessageId.Value, same.Key.SenderId.Value, same.Key.Emoji, standing.Version);

    private IEnumerable<(RecordedEvent At, T Fact)> All<T>() =>
        stream.Where(one => one.Data is T).Select(one => (one, (T)one.Data));
}
