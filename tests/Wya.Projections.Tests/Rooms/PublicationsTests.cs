using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;
using Xunit;

namespace Wya.Projections.Tests.Rooms;

/// <summary>What holds between the log and the store of objects, wherever a publication is broken off.</summary>
public sealed class PublicationsTests(RoomsHouse house) : IClassFixture<RoomsHouse>
{
    [Fact]
    [Trait("seed", "W4")]
    [Trait("seed", "4.4")]
    public async Task A_version_is_an_object_and_then_a_pointer_to_it()
    {
        (RoomId room, UserId owner) = await house.NewRoom();

        Publications.Outcome first = await house.Finish(await house.Reserve(room, owner, "one"));
        Publications.Outcome second = await house.Finish(await house.Reserve(room, owner, "two"));

        (first.Published!.Version, second.Published!.Version).ShouldBe((1, 2));
        (await house.ObjectOf(room, 1)).ShouldBe("one");
        (await house.ObjectOf(room, 2)).ShouldBe("two");
        (await house.Rows(new RoomsTable(), $"room_id = '{room}'")).Single().ActiveVersion.ShouldBe(2);
        (await house.Rows(new RoomVersionsTable(), $"room_id = '{room}'")).Select(row => row.Version).ShouldBe([1, 2], ignoreOrder: true);
    }

    [Fact]
    [Trait("seed", "4.1")]
    public async Task Sent_again_it_is_the_same_version_with_the_same_bytes()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        Reservation reservation = await house.Reserve(room, owner, "once");
        Publications.Outcome first = await house.Finish(reservation);

        Publications.Outcome again = await house.Finish(reservation);
        (await house.Reserve(room, owner, "next")).Version.ShouldBe(2);

        (again.Published!.Version, again.Published.Sha256).ShouldBe((first.Published!.Version, first.Published.Sha256));
        (await house.Rows(new RoomVersionsTable(), $"room_id = '{room}'")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_publication_that_was_broken_off_goes_on_with_its_own_number_and_bytes()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        var command = Guid.NewGuid();
        Reservation broken = await house.Reserve(room, owner, "as it was", command);
        await house.Objects.TryCreate(RoomObject.Key(room, broken.Version), "as it was"u8.ToArray(), TestContext.Current.CancellationToken);
        await house.Finish(await house.Reserve(room, owner, "in between"));

        Reservation found = (await Reservations.Find(house.Log, command, TestContext.Current.CancellationToken))!;
        Publications.Outcome outcome = await house.Finish(found);

        outcome.Published!.Version.ShouldBe(1);
        (await house.ObjectOf(room, 1)).ShouldBe("as it was");
        (await house.StateOf(room)).ActiveVersion.ShouldBe(1);
        (await Reservations.Find(house.Log, command, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    [Trait("seed", "4.1")]
    public async Task Other_bytes_under_its_number_stay_and_it_takes_another_number()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        await house.Objects.TryCreate(RoomObject.Key(room, 1), "of a future that was lost"u8.ToArray(), TestContext.Current.CancellationToken);

        Publications.Outcome outcome = await house.Finish(await house.Reserve(room, owner, "mine"));

        outcome.Published!.Version.ShouldBe(2);
        (await house.ObjectOf(room, 1)).ShouldBe("of a future that was lost");
        (await house.ObjectOf(room, 2)).ShouldBe("mine");
    }

    [Fact]
    public async Task Many_who_publish_at_once_each_get_a_version_of_their_own()
    {
        (RoomId room, UserId owner) = await house.NewRoom();

        Publications.Outcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
            await house.Finish(await house.Reserve(room, owner, $"writer {i}"))));

        outcomes.Select(outcome => outcome.Published!.Version).Distinct().Count().ShouldBe(12);
        foreach (RoomVersionRow row in await house.Rows(new RoomVersionsTable(), $"room_id = '{room}'"))
        {
            (await house.ObjectOf(room, row.Version)).ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task More_at_once_than_a_room_may_have_under_way_are_refused()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        for (int i = 0; i < RoomPolicy.PublicationsUnderWayMax; i++)
        {
            await house.Reserve(room, owner, $"{i}");
        }

        (await Reservations.Take(
            house.Log, Guid.NewGuid(), room, owner, null, new Manuscript([1], []), DateTimeOffset.UtcNow, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_left_behind_is_swept_and_counted_and_nothing_else()
    {
        await SweepAll(); // what other tests have left
        (RoomId room, UserId owner) = await house.NewRoom();
        await house.Finish(await house.Reserve(room, owner, "published"));
        Reservation orphaned = await house.Reserve(room, owner, "written, and never announced");
        await house.Objects.TryCreate(RoomObject.Key(room, orphaned.Version), orphaned.Manuscript.Object, TestContext.Current.CancellationToken);
        await house.Reserve(room, owner, "not even written");

        (await house.Sweep().Run(TimeSpan.FromHours(48), TestContext.Current.CancellationToken)).Reservations.ShouldBe(0, "they are young");
        Swept swept = await SweepAll();

        (swept.Reservations, swept.Objects, swept.Returned).ShouldBe((2, 1, 0));
        (await house.ObjectOf(room, 1)).ShouldBe("published");
        (await house.ObjectOf(room, orphaned.Version)).ShouldBeNull();
        (await SweepAll()).ShouldBe(new Swept(0, 0, 0, 0));
    }

    [Fact]
    public async Task An_announced_version_whose_reservation_was_left_is_kept()
    {
        await SweepAll(); // what other tests have left
        (RoomId room, UserId owner) = await house.NewRoom();
        Reservation reservation = await house.Reserve(room, owner, "announced");
        await house.Finish(reservation);
        await house.Database.Execute(
            $"insert into public.room_reservations (command_id, room_id, version, author_id, touched_at) values ('{reservation.CommandId}', '{room}', 1, '{owner}', now())");

        (await SweepAll()).ShouldBe(new Swept(0, 0, 0, 1));

        (await house.ObjectOf(room, 1)).ShouldBe("announced");
    }

    [Fact]
    public async Task A_publisher_that_comes_back_after_the_sweep_can_neither_announce_nor_leave_its_object()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        Reservation late = await house.Reserve(room, owner, "too late");

        // Held up between its last look at the reservation and the write, for as long as the sweep takes.
        Publications.Outcome outcome = await house.Finish(late, new InterruptedObjects(house.Objects) { BeforeCreate = () => SweepAll() });

        outcome.Refusal.ShouldBe(RoomRefusals.PublicationExpired);
        (await house.ObjectOf(room, late.Version)).ShouldBeNull();
        (await house.StateOf(room)).ActiveVersion.ShouldBe(0);
        (await house.Finish(late)).Refusal.ShouldBe(RoomRefusals.PublicationExpired, "nor ever again");
        (await house.ObjectOf(room, late.Version)).ShouldBeNull();
    }

    [Fact]
    public async Task A_publisher_that_was_killed_after_writing_too_late_is_noticed_by_the_next_look()
    {
        await SweepAll(); // what other tests have left
        (RoomId room, UserId owner) = await house.NewRoom();
        Reservation late = await house.Reserve(room, owner, "too late");
        (await SweepAll()).Reservations.ShouldBe(1);
        await house.Objects.TryCreate(RoomObject.Key(room, late.Version), late.Manuscript.Object, TestContext.Current.CancellationToken); // and then SIGKILL

        (await SweepAll()).Returned.ShouldBe(1);

        (await house.ObjectOf(room, late.Version)).ShouldBeNull();
    }

    [Fact]
    public async Task However_sweep_and_announcement_race_a_version_never_lacks_its_object()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        int published = 0, expired = 0;
        for (int i = 0; i < 60; i++)
        {
            Reservation reservation = await house.Reserve(room, owner, $"race {i}");
            Task<Swept>? sweep = null;
            Publications.Outcome outcome = await house.Finish(reservation, new InterruptedObjects(house.Objects)
            {
                AfterCreate = () =>
                {
                    sweep = SweepAll();
                    return i % 4 == 0 ? sweep : Task.CompletedTask; // sometimes it is first for sure, mostly nobody knows
                },
            });
            await sweep!;
            await SweepAll();
            bool isThere = await house.ObjectOf(room, reservation.Version) is not null;
            isThere.ShouldBe(outcome.Published is not null, $"race {i}");
            published += isThere ? 1 : 0;
            expired += isThere ? 0 : 1;
        }

        (published + expired).ShouldBe(60);
    }

    [Fact]
    public async Task A_sweep_that_was_broken_off_after_giving_up_is_finished_by_the_next()
    {
        await SweepAll(); // what other tests have left
        (RoomId room, UserId owner) = await house.NewRoom();
        Reservation reservation = await house.Reserve(room, owner, "half swept");
        await house.Objects.TryCreate(RoomObject.Key(room, reservation.Version), reservation.Manuscript.Object, TestContext.Current.CancellationToken);
        await house.Store.Append(
            new Append(
                CommandMetadata.System(reservation.CommandId),
                new StreamAppend(room.Value, "room", ExpectedVersion.Any, [new RoomVersionAbandoned(reservation.Version)])),
            TestContext.Current.CancellationToken);

        (await SweepAll()).Objects.ShouldBe(1);

        (await house.ObjectOf(room, reservation.Version)).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing_behind()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        Reservation reservation = await house.Reserve(room, owner, "after the end");

        Publications.Outcome outcome = await house.Finish(
            reservation, new InterruptedObjects(house.Objects) { AfterCreate = () => house.Record(room, new RoomDeleted(owner)) });

        outcome.Refusal.ShouldBe(RoomRefusals.RoomNotFound);
        (await house.ObjectOf(room, reservation.Version)).ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_of_a_draft_or_a_reservation_can_be_read_in_the_database()
    {
        (RoomId room, UserId owner) = await house.NewRoom();
        await house.Reserve(room, owner, "marked-manuscript-text");
        await RoomDrafts.Save(house.Log, room, owner, null, "{\"a\":\"marked-draft-text\"}"u8.ToArray(), DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);

        string rows = await house.Database.Scalar<string>(
            "select (select string_agg(d::text, ' ') from room_drafts d) || (select string_agg(r::text, ' ') from room_reservations r)");

        rows.ShouldNotContain("marked");
        rows.ShouldNotContain(Convert.ToBase64String("marked-manuscript-text"u8));
        (await RoomDrafts.Find(house.Log, room, TestContext.Current.CancellationToken))!.Json.ShouldBe("{\"a\":\"marked-draft-text\"}"u8.ToArray());
    }

    private Task<Swept> SweepAll() => house.Sweep().Run(TimeSpan.Zero, TestContext.Current.CancellationToken);
}
