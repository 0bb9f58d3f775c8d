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

    /// <summary>Positions of all of them are carried about together.</summary>
    public const int PartitionsMax = 64;

    private const string Name = "messaging";

    public static DomainDefinition Definition { get; } = new(
        Name,
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
        {Slots("here")}
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

    /// <summary>
    /// One of several logs among which conversations are shared by their ids. All keep the same; the first alone answers what
    /// other domains decide, by appending to whichever log holds the conversation. A log that is added holds none at first.
    /// </summary>
    public static DomainDefinition Partition(int partition, int partitions) => partition == 0
        ? Definition with { Partitions = partitions }
        : Definition with
        {
            Name = Partitions.NameOf(Name, partition),
            Domain = Name,
            Partition = partition,
            Partitions = partitions,
            ReadModels = [.. Definition.ReadModels.Select(model => model with { Name = Partitions.In(partition, model.Name) })],
            Subscriptions = [.. Definition.Subscriptions.Select(followed => followed with { Model = followed.Model with { Name = Partitions.In(partition, followed.Model.Name) } })],
            PersonalData = new MessagingPersonalData(partition),
            PrepareSql = $"""
                {MessageEvents.PrepareSql}
                {SafetyActions.PrepareSql}
                {Slots("away")}
                update {"{log}"}.wya_log_head set is_partition = true where not is_partition;
                """,
            Followers = [],
        };

    private static string Slots(string state) =>
        $"""
        create index if not exists wya_streams_slot on {"{log}"}.mt_streams ({"{log}"}.wya_slot(id));
        insert into {"{log}"}.wya_slots (slot, state) select slot, '{state}' from generate_series(0, 255) slot on conflict do nothing;
        """;
}
