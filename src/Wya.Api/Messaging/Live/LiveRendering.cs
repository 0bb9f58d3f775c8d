using System.Text.Json;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging.Live;

/// <param name="User">Whose connections are told.</param>
internal readonly record struct Delivery(Guid User, Frame Frame);

/// <summary>
/// Makes frames of events: the same ones for who is connected and for who was away. The log says that something happened;
/// who may hear of it, and what a message says, is read from the rows of this moment. So nobody hears of what they could
/// not read, and what has been deleted since does not leave here.
/// Cost: one round trip for the audience of a page, and one for its messages if somebody hears of them.
/// </summary>
internal sealed class LiveRendering(MessagingLogs messaging, TimeProvider clock, ILogger<LiveRendering> log)
{
    /// <param name="source">The log that the events are in. What is shown of a conversation that has moved since is read where it is now.</param>
    /// <returns>In the order of the events.</returns>
    public async Task<IReadOnlyList<Delivery>> Render(MessagingLog source, IReadOnlyList<RecordedEvent> events, IReadOnlyCollection<Guid> listeners, CancellationToken ct)
    {
        if (events.Count == 0 || listeners.Count == 0)
        {
            return [];
        }

        IReadOnlyDictionary<Guid, MessagingLog> places = await messaging.Find([.. events.Select(recorded => recorded.StreamId).Distinct()], ct).ConfigureAwait(false);
        List<Delivery> deliveries = [];
        foreach (IGrouping<MessagingLog, RecordedEvent> there in events.Where(recorded => places.ContainsKey(recorded.StreamId)).GroupBy(recorded => places[recorded.StreamId]))
        {
            await Render(source, there.Key.Database, [.. there], listeners, deliveries, ct).ConfigureAwait(false);
        }

        return places.Values.Distinct().Count() <= 1 ? deliveries : [.. deliveries.OrderBy(delivery => delivery.Frame.Id)];
    }

    private async Task Render(
        MessagingLog source, LogDatabase messaging, IReadOnlyList<RecordedEvent> events, IReadOnlyCollection<Guid> listeners, List<Delivery> deliveries, CancellationToken ct)
    {
        Audience audience = await Audiences.Read(
            messaging,
            [.. events.Select(recorded => recorded.StreamId).Distinct()],
            listeners,
            [.. events.SelectMany(Concerned).Distinct()],
            [.. events.Select(AboutMessage).OfType<Guid>().Distinct()],
            clock.GetUtcNow(),
            ct).ConfigureAwait(false);

        RecordedEvent[] heard = [.. events.Where(recorded => audience.Of(recorded.StreamId).Any(seat => seat.Hears(recorded.Version)))];
        Dictionary<Guid, MessageView> views = await Views(messaging, [.. heard.Select(ShownMessage).OfType<Guid>().Distinct()], ct).ConfigureAwait(false);
        foreach (RecordedEvent recorded in heard)
        {
            string? title = recorded.Data is ConversationCreated { Title: { } sealedTitle } ? await Title(messaging, sealedTitle, recorded.StreamId, ct).ConfigureAwait(false) : null;
            var rendering = new EventRendering(recorded, source.Definition.Partition, audience, views, title);
            foreach (Seat seat in audience.Of(recorded.StreamId))
            {
                if (seat.Hears(recorded.Version) && rendering.For(seat.UserId) is { } frame)
                {
                    deliveries.Add(new Delivery(seat.UserId, frame));
                }
            }
        }
    }

    /// <summary>Everybody whom a frame of the event would name.</summary>
    private static IEnumerable<(Guid ConversationId, Guid UserId)> Concerned(RecordedEvent recorded)
    {
        IEnumerable<Guid> people = recorded.Data switch
        {
            ConversationCreated created => [created.CreatedBy.Value, .. created.Participants.Select(user => user.Value)],
            ConversationRequested requested => [requested.By.Value],
            RequestAccepted accepted => [accepted.By.Value],
            RequestDeclined declined => [declined.By.Value],
            ParticipantAdded added => [added.UserId.Value, added.AddedBy.Value],
            ParticipantLeft left => left.RemovedBy is { } by ? [left.UserId.Value, by.Value] : [left.UserId.Value],
            ConversationArchived archived => [archived.ArchivedBy.Value],
            MessageSent sent => [sent.SenderId.Value, .. (sent.Mentions ?? []).Select(user => user.Value)],
            MessageEvent message => [message.SenderId.Value],
            _ => [],
        };
        return people.Select(person => (recorded.StreamId, person));
    }

    private static Guid? AboutMessage(RecordedEvent recorded) => recorded.Data switch
    {
        MessageReacted reacted => reacted.MessageId.Value,
        ReactionRemoved removed => removed.MessageId.Value,
        _ => ShownMessage(recorded),
    };

    private static Guid? ShownMessage(RecordedEvent recorded) => recorded.Data switch
    {
        MessageSent => recorded.Id,
        MessageEdited edited => edited.MessageId.Value,
        ModerationEvent moderated => moderated.MessageId.Value,
        MessageReacted reacted => reacted.MessageId.Value, // not shown, but its author decides who hears
        ReactionRemoved removed => removed.MessageId.Value,
        _ => null,
    };

    private async Task<Dictionary<Guid, MessageView>> Views(LogDatabase messaging, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        try
        {
            return (await MessagePages.ByIds(messaging, ids, ct).ConfigureAwait(false)).ToDictionary(view => view.Row.MessageId);
        }
        catch (Exception damaged) when (!ct.IsCancellationRequested && ids.Count > 1 && !Faults.IsTransient(damaged))
        {
            // One value that does not open must not silence the others.
            Dictionary<Guid, MessageView> views = [];
            foreach (Guid id in ids)
            {
                foreach ((Guid key, MessageView view) in await Views(messaging, [id], ct).ConfigureAwait(false))
                {
                    views[key] = view;
                }
            }

            return views;
        }
        catch (Exception damaged) when (!ct.IsCancellationRequested && !Faults.IsTransient(damaged))
        {
            log.LogError("A message cannot be shown in the live feed: {Kind}.", damaged.GetType().Name);
            return [];
        }
    }

    private async Task<string?> Title(LogDatabase messaging, Sensitive<string> title, Guid conversation, CancellationToken ct)
    {
        try
        {
            return SealedToken.TryParse(title.Token, out SealedToken? token) && await messaging.Seals.Open(token, conversation, ct).ConfigureAwait(false) is { } json
                ? JsonSerializer.Deserialize<string>(json, EventJson.Options)
                : null;
        }
        catch (Exception damaged) when (damaged is TamperedValueException or SubjectKeyMissingException)
        {
            log.LogError("A title cannot be shown in the live feed: {Kind}.", damaged.GetType().Name);
            return null;
        }
    }
}
