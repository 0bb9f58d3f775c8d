using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Testing;

namespace Wya.Api.Tests;

/// <summary>What other domains announce about people, recorded in their own logs and taken by messaging and rooms before a test goes on.</summary>
public static class Talk
{
    public static Task BeFriends(this ApiHost api, Person one, Person other) =>
        api.Record("graph", "Graph", new FriendAdded(new UserId(one.Id), new UserId(other.Id)));

    public static Task EndFriendship(this ApiHost api, Person one, Person other) =>
        api.Record("graph", "Graph", new FriendRemoved(new UserId(one.Id), new UserId(other.Id)));

    public static Task Block(this ApiHost api, Person blocker, Person blocked) =>
        api.Record("graph", "Graph", new UserBlocked(new UserId(blocker.Id), new UserId(blocked.Id)));

    public static Task Unblock(this ApiHost api, Person blocker, Person blocked) =>
        api.Record("graph", "Graph", new UserUnblocked(new UserId(blocker.Id), new UserId(blocked.Id)));

    /// <summary>Messaging, rooms and the graph have taken everything that identity has recorded so far.</summary>
    public static async Task HeardFromIdentity(this ApiHost api)
    {
        long head = await api.Database.Scalar<long>("select position from log.wya_log_head");
        await api.Followed("messaging", "MessagingPeople", head);
        await api.Followed("graph", "GraphPeople", head);
        await api.Followed("rooms", "RoomsPeople", head);
        await api.Followed("rooms", "RoomsOfPeople", head);
    }

    private static async Task Record(this ApiHost api, string domain, string follower, object fact)
    {
        await using LogDatabase log = api.Databases[domain].OpenAnother();
        await using var store = new PostgresEventStore(
            log, TimeProvider.System, Domains.All.Single(one => one.Name == domain).ReadModels.Where(model => model.Inline));
        AppendOutcome outcome = await store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()), new StreamAppend(Guid.NewGuid(), domain, ExpectedVersion.Any, [fact])));
        await api.Followed("messaging", $"Messaging{follower}", ((AppendOutcome.Appended)outcome).Position);
        await api.Followed("rooms", $"Rooms{follower}", ((AppendOutcome.Appended)outcome).Position);
    }

    public static Task Followed(this ApiHost api, string domain, string follower, long position) => Eventually.Is(
        async () => await api.Databases[domain].Scalar<long>(
            $"select coalesce((select last_seq_id from log.mt_event_progression where name = '{follower}:All'), 0)") >= position,
        $"{follower} has come to {position}");
}
