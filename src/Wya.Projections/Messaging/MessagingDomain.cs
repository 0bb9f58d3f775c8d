using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>Messaging: who talks with whom, and what is said. It goes on when every other domain is gone.</summary>
public static class MessagingDomain
{
    /// <summary>Messaging's own rows of identity's people; also the names of what follows the other domains.</summary>
    public const string People = "MessagingPeople";
    public const string Graph = "MessagingGraph";
    public const string Safety = "MessagingSafety";

    public const string Search = "MessageSearch";

    public static DomainDefinition Definition { get; } = new(
        "messaging",
        EventTypeMap.From(typeof(ConversationEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(ConversationEvent).Namespace)),
        [
            // In the append's own transaction: what was acknowledged is what everybody reads, and deleted is gone at once.
            new ReadModel("Conversations", 1, Inline: true, new ConversationsTable(), new ParticipantsTable(), new MessagesTable(),
                new EditsTable(), new MentionsTable(), new ReactionsTable()),
            new ReadModel("Takedowns", 1, Inline: true, new MessageTakedownsTable()),
            // Afterwards: indexing words is work that nobody who sends should wait for.
            new ReadModel(Search, 1, Inline: false, new MessageSearchTable()) { Gathers = TimeSpan.FromMilliseconds(50) },
        ],
        new MessagingPersonalData(),
        $"""
        {MessageEvents.PrepareSql}
        {SafetyActions.PrepareSql}
        """)
    {
        Subscriptions =
        [
            new Subscription("identity", new ReadModel(People, 1, Inline: false, new PeopleTable())),
            new Subscription("graph", new ReadModel(Graph, 1, Inline: false, new FriendsTable(), new BlocksTable())),
            new Subscription("safety", new ReadModel(Safety, 1, Inline: false, new MutesTable())),
        ],
        Followers = [new("safety", MessageTakedowns.Name, (store, _) => new MessageTakedowns(store).Handle, Enforces: true)],
    };
}
