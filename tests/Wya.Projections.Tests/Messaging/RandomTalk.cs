using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Projections.Tests.Messaging;

/// <summary>
/// What might happen in one conversation: anything that the log could hold, also what the rules refuse, such as an edit of
/// a message that is deleted, because a fold must say the same of it wherever it runs.
/// </summary>
public sealed class RandomTalk(int seed)
{
    private static readonly string[] Emojis = ["👍", "❤️", "👎"];

    private readonly Random random = new(seed);
    private readonly List<UserId> people = [.. Enumerable.Range(0, 5).Select(_ => new UserId(Guid.CreateVersion7()))];
    private readonly HashSet<UserId> present = [];
    private readonly List<(Guid Id, long Sequence, UserId Sender)> messages = [];
    private long version;

    public Guid Id { get; } = Guid.CreateVersion7();

    public ConversationEvent Begin()
    {
        bool isDirect = random.Next(3) == 0;
        UserId[] first = [.. people.Take(isDirect ? 2 : 3)];
        present.UnionWith(first);
        return new ConversationCreated(
            isDirect ? ConversationKind.Direct : ConversationKind.Group, AgeLayer.Adult, first[0], first, isDirect && random.Next(2) == 0,
            isDirect ? null : new Sensitive<string>(first[0].Value, $"title {seed}"));
    }

    public ConversationEvent Next()
    {
        while (true)
        {
            if (Any(random.Next(100)) is { } fact)
            {
                return fact;
            }
        }
    }

    public void Happened(Guid id, ConversationEvent fact)
    {
        version++;
        switch (fact)
        {
            case MessageSent sent:
                messages.Add((id, version, sent.SenderId));
                break;
            case ParticipantAdded added:
                present.Add(added.UserId);
                break;
            case ParticipantLeft left:
                present.Remove(left.UserId);
                break;
        }
    }

    private ConversationEvent? Any(int dice) => dice switch
    {
        < 30 => Sent(),
        < 34 => present.Count < people.Count ? new ParticipantAdded(One(people.Where(user => !present.Contains(user))), people[0]) : null,
        < 38 => present.Count > 1 ? new ParticipantLeft(One(present), random.Next(2) == 0 ? people[0] : null) : null,
        < 41 => new ConversationMuted(One(present)),
        < 43 => new ConversationUnmuted(One(present)),
        43 => new ConversationRequested(people[0]),
        44 => new RequestAccepted(people[1]),
        45 => new RequestDeclined(people[1]),
        46 => new ConversationArchived(people[0]),
        _ => messages.Count == 0 ? null : About(One(messages.TakeLast(6)), dice),
    };

    private MessageSent Sent()
    {
        UserId sender = One(present);
        bool isText = random.Next(5) > 0;
        return new MessageSent(
            sender,
            isText ? MessageKind.Text : MessageKind.Ciphertext,
            new Sensitive<MessageContent>(sender.Value, isText ? new MessageContent($"words {random.Next()}") : new MessageContent(Ciphertext: "Y2Fmw6k=")),
            messages.Count > 0 && random.Next(3) == 0 ? new MessageId(One(messages).Id) : null,
            random.Next(3) == 0 ? [.. present.Where(_ => random.Next(2) == 0)] : null);
    }

    private MessageEvent About((Guid Id, long Sequence, UserId Sender) message, int dice)
    {
        var id = new MessageId(message.Id);
        return dice switch
        {
            < 62 => new MessageEdited(message.Sender, id, MessagingHouse.Says(message.Sender, $"other words {random.Next()}")),
            < 70 => new MessageDeleted(message.Sender, id),
            < 82 => new MessageReacted(One(present), id, Emojis[random.Next(Emojis.Length)]),
            < 90 => new ReactionRemoved(One(present), id, Emojis[random.Next(Emojis.Length)]),
            _ => new MessageRead(One(present), id, message.Sequence, random.Next(2) == 0),
        };
    }

    private T One<T>(IEnumerable<T> many)
    {
        List<T> all = [.. many];
        return all[random.Next(all.Count)];
    }
}
