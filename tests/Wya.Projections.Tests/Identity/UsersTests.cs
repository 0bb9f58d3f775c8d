using System.Text.Json;
using Npgsql;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Xunit;

namespace Wya.Projections.Tests.Identity;

public sealed class UsersTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    private static readonly DateTimeOffset Tomorrow = new(DateTime.UtcNow.Date.AddDays(1), TimeSpan.Zero);

    [Fact]
    [Trait("seed", "C1")]
    [Trait("seed", "W1")]
    [Trait("seed", "R1")]
    public async Task A_user_can_be_looked_up_when_the_command_returns()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (int i = 0; i < 25; i++)
            {
                string handle = IdentityHouse.AnyHandle();
                UserId user = await house.Register(handle);
                UserView view = (await UsersTable.ById(house.Log, user)).ShouldNotBeNull();
                view.Handle.ShouldBe(handle);
                view.AgeLayer.ShouldBe(AgeLayer.Adult);
                view.VerifiedAt.ShouldBeNull();
                view.RecordedStatus.ShouldBe("active");
                await house.Do(user, state => VerifyUser.Decide(state, new VerifyUser(), DateTimeOffset.UtcNow));
                (await UsersTable.ById(house.Log, user))!.VerifiedAt.ShouldNotBeNull();
            }
        }));
    }

    [Fact]
    [Trait("seed", "W1")]
    public async Task Event_and_row_are_written_together_or_not_at_all()
    {
        await house.Database.Execute("alter table users add constraint planted check (handle <> 'unlucky')");
        long head = await house.Store.Head();
        var user = new UserId(Guid.CreateVersion7());
        await Should.ThrowAsync<PostgresException>(() => IdentityHouse.Register(house.Store, user, "unlucky"));
        (await house.Store.Head()).ShouldBe(head);
        (await house.Database.Scalar<long>("select count(*) from log.wya_claims where claim = 'handle:unlucky'")).ShouldBe(0);
        await house.Database.Execute("alter table users drop constraint planted");
        (await IdentityHouse.Register(house.Store, user, "unlucky")).Refusal.ShouldBeNull();
        (await UsersTable.ById(house.Log, user)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Times_are_those_of_the_events()
    {
        UserId user = await house.Register();
        await house.Do(user, state => VerifyUser.Decide(state, new VerifyUser(), DateTimeOffset.UtcNow));
        List<RecordedEvent> recorded = await house.Store.ReadStream(user.Value).ToListAsync();
        UserView view = (await UsersTable.ById(house.Log, user))!;
        view.CreatedAt.ShouldBe(recorded[0].Time);
        view.VerifiedAt.ShouldBe(recorded[1].Time);
        view.CreatedAt.Offset.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_suspension_shows_and_ends_by_itself()
    {
        UserId user = await house.Register();
        await Suspend(user, Tomorrow);
        UserView suspended = (await UsersTable.ById(house.Log, user))!;
        suspended.RecordedStatus.ShouldBe("suspended");
        suspended.SuspendedUntil.ShouldBe(Tomorrow);
        suspended.StatusAt(Tomorrow.AddTicks(-1)).ShouldBe("suspended");
        suspended.StatusAt(Tomorrow).ShouldBe("active");

        await Suspend(user, Tomorrow.AddDays(6));
        (await UsersTable.ById(house.Log, user))!.SuspendedUntil.ShouldBe(Tomorrow.AddDays(6));

        await house.Do(user, _ => new UserUnsuspended());
        UserView active = (await UsersTable.ById(house.Log, user))!;
        active.RecordedStatus.ShouldBe("active");
        active.SuspendedUntil.ShouldBeNull();
    }

    [Fact]
    public async Task Permissions_come_and_go()
    {
        UserId user = await house.Register();
        await Grant(user, Capability.Moderate);
        Transacted<User> last = await Grant(user, Capability.Analyse);
        IReadOnlyDictionary<string, DateTimeOffset> held = await Granted(user);
        held.Keys.ShouldBe(["analyse", "moderate"]);
        held["analyse"].ShouldBe((await house.Store.ReadStream(user.Value, new StreamRange(last.Version)).FirstAsync()).Time);

        await house.Do(user, state => RevokePermission.Decide(state, new RevokePermission(user, "moderate"), DateTimeOffset.UtcNow));
        (await Granted(user)).Keys.ShouldBe(["analyse"]);
        await Grant(user, Capability.Moderate);
        (await Granted(user)).Count.ShouldBe(2);
        (await Granted(await house.Register())).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_is_found_of_somebody_who_is_not_there()
    {
        var nobody = new UserId(Guid.CreateVersion7());
        (await UsersTable.ById(house.Log, nobody)).ShouldBeNull();
        (await Standings.Of(house.Log, nobody, DateTimeOffset.UtcNow)).ShouldBeNull();
    }

    [Fact]
    [Trait("seed", "E2")]
    public async Task The_birth_date_is_nowhere_in_the_clear()
    {
        UserId user = await house.Register("sealed.robin");
        string inLog = await house.Database.Scalar<string>($"select string_agg(e::text, ' ') from log.mt_events e where stream_id = '{user}'");
        inLog.ShouldContain("sealed1:");
        inLog.ShouldNotContain("sealed.robin");
        string all = inLog + await house.Database.Scalar<string>(
            $"select (select u::text from users u where id = '{user}') || (select p::text from personal_details p where user_id = '{user}')");
        all.ShouldNotContain("1987");

        PersonalDetailsRow details = (await PersonalDetailsTable.Of(house.Log, user))!;
        SealedToken.TryParse(details.BirthDate, out SealedToken? token).ShouldBeTrue();
        JsonSerializer.Deserialize<DateOnly>((await house.Log.Seals.Open(token!, user.Value))!).ShouldBe(IdentityHouse.Grown);
    }

    [Fact]
    public async Task A_rebuild_gives_the_same_rows_and_the_same_schema()
    {
        UserId user = await house.Register("Rebuilt.Robin");
        await Suspend(user, Tomorrow);
        await Grant(user, Capability.Operate);
        (await ReadModelCheck.Compare(house.Log, IdentityHouse.Users, TimeProvider.System)).Tables.ShouldAllBe(table => table.Rows == 0);

        var rebuilds = new Rebuilds(house.Log, [IdentityHouse.Users], TimeProvider.System);
        Guid id = (await rebuilds.Request("Users", "system")).Job!.Id;
        (await new RebuildWorker(house.Log, [IdentityHouse.Users], TimeProvider.System).RunOnce(CancellationToken.None)).ShouldBeTrue();
        RebuildJob job = (await rebuilds.Show(id))!;
        (job.State, job.RowsDiffering, job.Error).ShouldBe((RebuildState.Done, 0, null));

        UserView view = (await UsersTable.ByHandle(house.Log, "rebuilt.robin"))!;
        (view.Id, view.SuspendedUntil).ShouldBe((user, Tomorrow));
        (await Granted(user)).Keys.ShouldBe(["operate"]);
        await house.Register(); // the tables swapped in take what comes next
        (await house.Database.Scalar<long>(
            "select count(*) from pg_constraint where contype = 'f' and conrelid = 'public.permissions'::regclass and confrelid = 'public.users'::regclass"))
            .ShouldBe(1);
    }

    private Task<Transacted<User>> Suspend(UserId user, DateTimeOffset until) =>
        house.Do(user, _ => new UserSuspended(until, new Sensitive<string>(user.Value, "Spam.")));

    private async Task<IReadOnlyDictionary<string, DateTimeOffset>> Granted(UserId user) => (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!.Standing.Granted;

    private Task<Transacted<User>> Grant(UserId user, string capability) =>
        house.Do(user, state => GrantPermission.Decide(state, new GrantPermission(capability), DateTimeOffset.UtcNow));
}
