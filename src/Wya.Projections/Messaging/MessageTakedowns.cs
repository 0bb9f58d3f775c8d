using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>
/// Takes messages down as moderators decide, and reinstates them when the last decision that keeps one down is reversed. It
/// reads nothing that anybody said.
/// </summary>
public sealed class MessageTakedowns(IEventStore messaging)
{
    public const string Name = "MessagingModeration";

    private const string Kind = "take_down";

    public Effect? Handle(RecordedEvent recorded) => recorded.Data switch
    {
        ContentTakenDown { Content: { Kind: TakenDownKind.Message, ConversationId: { } conversation, MessageId: { } message } } taken =>
            (transaction, ct) => TakeDown(taken, conversation, message, recorded, transaction, ct),
        ContentTakenDown { Content.Kind: TakenDownKind.Message } => throw new InvalidOperationException("A takedown names its message."),
        ActionReversed reversed => (transaction, ct) => Reinstate(reversed.RestrictionId, recorded, transaction, ct),
        _ => null,
    };

    private async Task TakeDown(
        ContentTakenDown taken, Guid conversation, Guid message, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (!await IsTheirs(transaction, taken.UserId, conversation, message, ct).ConfigureAwait(false))
        {
            throw new InvalidOperationException("They have no such message in this conversation.");
        }

        var action = new SafetyAction(taken.ActionId, taken.UserId, Kind, conversation, $"{message}");
        if (!await IsDown(transaction, action, ct).ConfigureAwait(false))
        {
            await Record(conversation, new MessageTakenDown(new MessageId(message), taken.ActionId), recorded, ct).ConfigureAwait(false);
        }

        await SafetyActions.Remember(transaction, action, ct).ConfigureAwait(false);
    }

    private async Task Reinstate(Guid actionId, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (await SafetyActions.Forget(transaction, actionId, ct).ConfigureAwait(false) is { } action
            && !await IsDown(transaction, action, ct).ConfigureAwait(false))
        {
            await Record(action.Place!.Value, new MessageReinstated(new MessageId(Guid.Parse(action.Part!)), actionId), recorded, ct).ConfigureAwait(false);
        }
    }

    private Task<Transacted<Conversation>> Record(Guid conversation, ConversationEvent fact, RecordedEvent recorded, CancellationToken ct) => messaging.Answer(
        Conversation.Stream, conversation, EventIds.ForCommand("system", "moderation", recorded.Id.ToString("n")), _ => fact, ct, cause: recorded);

    /// <summary>By another decision.</summary>
    private static async Task<bool> IsDown(NpgsqlTransaction transaction, SafetyAction action, CancellationToken ct) =>
        (await SafetyActions.Of(transaction, action.UserId, ct).ConfigureAwait(false))
            .Any(other => other.ActionId != action.ActionId && (other.Place, other.Part) == (action.Place, action.Part));

    /// <summary>By the rows of the first of messaging's logs, and of a conversation that another holds by what was recorded there.</summary>
    private async Task<bool> IsTheirs(NpgsqlTransaction transaction, UserId sender, Guid conversation, Guid message, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from public.messages where message_id = $1 and conversation_id = $2 and sender_id = $3)", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = sender.Value });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!
            || (await messaging.FindEvent(message, ct).ConfigureAwait(false) is { Data: MessageSent sent } found
                && found.StreamId == conversation && sent.SenderId == sender);
    }
}
