using Shouldly;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.Api.Tests;

public sealed class SuspensionEndTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly DueHouse house = new();

    public ValueTask InitializeAsync() => house.InitializeAsync();

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    public async Task Suspensions_end_when_their_time_has_come()
    {
        UserId ended = await Suspended(Now);
        UserId longAgo = await Suspended(Now.AddYears(-3).AddTicks(7)); // finer than the column holds
        UserId running = await Suspended(Now.AddTicks(10));

        DueOutcome outcome = await Pass(Now);

        (outcome.Done, outcome.Failed).ShouldBe((2, 0));
        (await house.Shown(ended)).RecordedStatus.ShouldBe("active");
        (await house.Shown(longAgo)).RecordedStatus.ShouldBe("active");
        UserStillIs(await house.Shown(running), Now.AddTicks(10));
        RecordedEvent told = await house.Store.ReadStream(ended.Value).LastAsync();
        (told.Type, told.Metadata.Actor).ShouldBe(("user.unsuspended", "system"));
        (await Pass(Now)).Done.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_was_prolonged_ends_later()
    {
        UserId user = await Suspended(Now.AddDays(-1));
        await house.Happened(user, DueHouse.Suspension(user, Now.AddDays(1)));
        (await Pass(Now)).Done.ShouldBe(0);
        UserStillIs(await house.Shown(user), Now.AddDays(1));
        (await Pass(Now.AddDays(1))).Done.ShouldBe(1);
    }

    [Fact]
    public async Task A_person_may_be_suspended_again_and_is_free_again()
    {
        UserId user = await Suspended(Now.AddDays(-1));
        (await Pass(Now)).Done.ShouldBe(1);
        await house.Happened(user, DueHouse.Suspension(user, Now.AddDays(1)), new UserUnsuspended(), DueHouse.Suspension(user, Now.AddDays(1)));
        (await Pass(Now)).Done.ShouldBe(0);
        (await Pass(Now.AddDays(2))).Done.ShouldBe(1);
        (await house.EventsOf<UserUnsuspended>(user)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_ban_that_took_its_place_stays()
    {
        UserId user = await Suspended(Now.AddDays(-1));
        await house.Happened(user, new UserBanned(new Sensitive<string>(user.Value, "Spam.")));
        (await Pass(Now)).Done.ShouldBe(0);
        (await house.Shown(user)).RecordedStatus.ShouldBe("banned");
    }

    [Fact]
    public async Task Passes_side_by_side_end_each_once()
    {
        UserId[] users = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Suspended(Now.AddDays(-1))));
        await using LogDatabase log = house.Database.OpenAnother();
        await using PostgresEventStore store = DueHouse.OpenStore(log);

        DueOutcome[] outcomes = await Task.WhenAll(Pass(Now), SuspensionEnds.Pass(log, store, Now, CancellationToken.None));

        outcomes.Sum(outcome => outcome.Done).ShouldBe(users.Length);
        outcomes.Sum(outcome => outcome.Failed).ShouldBe(0);
        (await house.Database.Scalar<long>("select count(*) from log.mt_events where type = 'user.unsuspended'")).ShouldBe(users.Length);
    }

    private static void UserStillIs(Projections.Identity.UserView view, DateTimeOffset until) =>
        (view.RecordedStatus, view.SuspendedUntil).ShouldBe(("suspended", until));

    private Task<DueOutcome> Pass(DateTimeOffset now) => SuspensionEnds.Pass(house.Log, house.Store, now, CancellationToken.None);

    private async Task<UserId> Suspended(DateTimeOffset until)
    {
        UserId user = await house.Registered("1990-01-01", AgeLayer.Adult);
        await house.Happened(user, DueHouse.Suspension(user, until));
        return user;
    }
}
