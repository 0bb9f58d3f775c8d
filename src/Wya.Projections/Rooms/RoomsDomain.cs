using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <summary>Rooms: what people show of themselves. What a version holds is an object; everything about it is here.</summary>
public static class RoomsDomain
{
    /// <summary>Rooms' own rows of identity's people; also the names of what follows the other domains.</summary>
    public const string People = "RoomsPeople";
    public const string Graph = "RoomsGraph";
    public const string Safety = "RoomsSafety";

    public static DomainDefinition Definition { get; } = new(
        "rooms",
        EventTypeMap.From(typeof(RoomEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(RoomEvent).Namespace)),
        [
            // In the append's own transaction: what is published, hidden or taken down is so when the command is answered.
            new ReadModel("Rooms", 1, Inline: true, new UsersTable(), new RoomsTable(), new RoomVersionsTable(), new RoomTakedownsTable(),
                new GuestbookEntriesTable(), new PollVotesTable()),
        ],
        new RoomsPersonalData(),
        $"""
        {RoomDrafts.PrepareSql}
        {Reservations.PrepareSql}
        {SafetyActions.PrepareSql}
        """)
    {
        Subscriptions =
        [
            new Subscription("identity", new ReadModel(People, 1, Inline: false, new PeopleTable())),
            new Subscription("graph", new ReadModel(Graph, 1, Inline: false, new FriendsTable(), new BlocksTable())),
            new Subscription("safety", new ReadModel(Safety, 1, Inline: false, new MutesTable())),
        ],
        Followers =
        [
            new("identity", RoomFollower.Name, (store, _) => new RoomFollower(store).Handle),
            new("safety", VersionTakedowns.Name, (store, _) => new VersionTakedowns(store).Handle, Enforces: true),
        ],
    };
}
