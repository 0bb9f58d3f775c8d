using Wya.Api.Http;
using Wya.Api.Messaging;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Messaging;

namespace Wya.Api.Reports;

/// <summary>Messages with what stands around them, and conversations with their end.</summary>
internal sealed class TalkSnapshots(MessagingLogs logs)
{
    /// <summary>Before a message that is reported, and after it.</summary>
    public const int AroundMax = 5;

    /// <summary>Of a conversation that is reported.</summary>
    public const int LastMax = 20;

    private const int CharactersMax = 10_000;

    /// <summary>As everywhere: what somebody may not see is not there.</summary>
    public static Refusal NotFound(ReportSubjectKind kind) => kind switch
    {
        ReportSubjectKind.Message => MessagingRefusals.MessageNotFound,
        ReportSubjectKind.Conversation => MessagingRefusals.ConversationNotFound,
        ReportSubjectKind.Room => RoomRefusals.RoomNotFound,
        _ => IdentityRefusals.UserNotFound,
    };

    public async Task<(Snapshot? Snapshot, Problem? Problem)> Message(
        UserId reporter, ConversationId conversation, MessageId message, DateTimeOffset now, CancellationToken ct)
    {
        MessagingLog messaging = await logs.Find(conversation.Value, ct).ConfigureAwait(false);
        SeenTalk? talk = await ReportedTalk.Of(messaging.Database, reporter.Value, conversation.Value, ct).ConfigureAwait(false);
        MessageRow? row = talk is null ? null : await MessagePages.Row(messaging.Database, conversation.Value, message.Value, ct).ConfigureAwait(false);
        if (talk is null || row is null)
        {
            return (null, Problem.Of(talk is null ? MessagingRefusals.ConversationNotFound : MessagingRefusals.MessageNotFound));
        }

        IReadOnlyList<MessageView> views = await ReportedTalk.Around(
            messaging.Database, reporter.Value, conversation.Value, talk, row.SenderId, row.Sequence, AroundMax, AroundMax + 1, ct).ConfigureAwait(false);
        if (views.All(view => view.Row.MessageId != message.Value))
        {
            return (null, Problem.Of(MessagingRefusals.MessageNotFound)); // from before they came, or after they had left
        }

        return (
            new Snapshot(
                new UserId(row.SenderId),
                $"message:{message}",
                new Evidence(
                    ReportSubjectKind.Message,
                    now,
                    [.. views.Select(view => Item(view, reporter, row.SenderId, message.Value))],
                    new EvidenceSubject(ConversationId: conversation.Value, MessageId: message.Value))),
            null);
    }

    /// <param name="about">In a group, one of its people; in a direct conversation it is the other one.</param>
    public async Task<(Snapshot? Snapshot, Problem? Problem)> Conversation(
        UserId reporter, ConversationId conversation, UserId? about, DateTimeOffset now, CancellationToken ct)
    {
        MessagingLog messaging = await logs.Find(conversation.Value, ct).ConfigureAwait(false);
        SeenTalk? talk = await ReportedTalk.Of(messaging.Database, reporter.Value, conversation.Value, ct).ConfigureAwait(false);
        if (talk is null)
        {
            return (null, Problem.Of(MessagingRefusals.ConversationNotFound));
        }

        Guid person = talk.IsDirect ? talk.Others.SingleOrDefault() : about?.Value ?? talk.CreatedBy;
        if ((about is { } asked && asked.Value != person) || (person != reporter.Value && !talk.Others.Contains(person)))
        {
            return (null, Problem.Of(IdentityRefusals.UserNotFound));
        }

        IReadOnlyList<MessageView> views = await ReportedTalk.Around(
            messaging.Database, reporter.Value, conversation.Value, talk, person, long.MaxValue, LastMax, 0, ct).ConfigureAwait(false);
        return (
            new Snapshot(
                new UserId(person),
                $"conversation:{conversation}",
                new Evidence(
                    ReportSubjectKind.Conversation,
                    now,
                    [.. views.Select(view => Item(view, reporter, person, null))],
                    new EvidenceSubject(ConversationId: conversation.Value))),
            null);
    }

    private static EvidenceItem Item(MessageView view, UserId reporter, Guid reported, Guid? message) => new(
        view.Row.SenderId == reporter.Value ? Snapshots.Reporter : view.Row.SenderId == reported ? Snapshots.Reported : Snapshots.Other,
        Text(view),
        view.Row.SentAt,
        view.Row.MessageId == message);

    private static string Text(MessageView view)
    {
        if (view.Content is not { } content)
        {
            return view.IsErased ? "(its author has left for good)" : "(deleted by its author)";
        }

        string text = content.Ciphertext is null ? content.Text ?? "" : "(in cipher, for the recipients' devices alone)";
        string attachments = string.Concat((content.Attachments ?? []).Select(one => $"\n[{one.MediaType} {one.Name}]"));
        return text.Length + attachments.Length <= CharactersMax ? text + attachments : (text + attachments)[..CharactersMax];
    }
}
