using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Discovery;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Discovery;

/// <summary>Rooms, as whoever follows their log knows them.</summary>
public sealed class KnownRoomsTests
{
    private static readonly UserId Mara = new(Guid.NewGuid());

    [Fact]
    public async Task What_the_log_of_rooms_says_is_known_from_its_beginning()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using TestKeys keys = await TestKeys.Create();
        await using TestDatabase database = await TestPostgres.CreateDatabase(
            "rooms", EventTypeMap.From(typeof(RoomEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(RoomEvent).Namespace)), keys: keys.ForLogs);
        await using var store = new PostgresEventStore(database.Log, TimeProvider.System, []);
        Guid shown = Guid.NewGuid(), bare = Guid.NewGuid(), deleted = Guid.NewGuid(), rolledBack = Guid.NewGuid(), later = Guid.NewGuid();
        await Record(shown, new RoomCreated(Mara, RoomVisibility.Private, IsFirst: true), Published(1), new RoomVisibilityChanged(RoomVisibility.Public));
        await Record(bare, new RoomCreated(Mara, RoomVisibility.Public, IsFirst: false));
        await Record(deleted, new RoomCreated(Mara, RoomVisibility.Public, IsFirst: false), Published(1), new RoomDeleted(Mara));
        await Record(rolledBack, new RoomCreated(Mara, RoomVisibility.Public, IsFirst: false), Published(1), new RoomRolledBack(0, Mara));

        var rooms = new KnownRooms();
        await using var tail = new LogTail(
            database.Log,
            (page, _) =>
            {
                rooms.Take(page.Events);
                return Task.CompletedTask;
            },
            after: 0);
        tail.Start();
        await Record(later, new RoomCreated(Mara, RoomVisibility.Public, IsFirst: false), Published(1), Published(2), new RoomRolledBack(1, Mara));
        await Eventually.Is(() => rooms.Of(later) is not null, "the last of it is known");

        rooms.Recent(20).Select(room => room.Id).ShouldBe([later, shown]);
        rooms.Of(shown)!.Visibility.ShouldBe(RoomVisibility.Public);
        foreach (Guid hidden in (Guid[])[bare, deleted, rolledBack])
        {
            rooms.Of(hidden).ShouldBeNull();
        }

        async Task Record(Guid room, params object[] facts) => await store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()), new StreamAppend(room, "room", ExpectedVersion.Any, facts)));
    }

    private static RoomVersionPublished Published(int version) => new(version, new string('0', 64), 10, Mara);
}
