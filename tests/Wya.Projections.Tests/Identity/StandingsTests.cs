using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Xunit;

namespace Wya.Projections.Tests.Identity;

public sealed class StandingsTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    private static readonly DateTimeOffset Tomorrow = new(DateTime.UtcNow.Date.AddDays(1), TimeSpan.Zero);

    [Fact]
    public async Task A_standing_holds_all_that_capabilities_follow_from_when_the_command_returns()
    {
        UserId user = await house.Register();
        await Record(user, new PermissionGranted(Capability.Moderate));
        await Record(user, new PermissionGranted(Capability.Analyse));
        await Record(user, new PermissionRestricted(Capability.ChatGroup, Sealed(user, "Spam."), Tomorrow));
        await Record(user, new PermissionRestricted(Capability.Analyse, Sealed(user, "Curiosity.")));

        PersonStanding person = (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!;

        List<RecordedEvent> recorded = await house.Store.ReadStream(user.Value).ToListAsync();
        person.Standing.AgeLayer.ShouldBe(AgeLayer.Adult);
        person.Standing.Trust.ShouldBe(TrustPolicy.Neutral);
        person.Standing.Granted.ShouldBe(
        [
            KeyValuePair.Create("analyse", recorded[2].Time), KeyValuePair.Create("moderate", recorded[1].Time),
        ]);
        person.Standing.Restricted.ShouldBe(
        [
            KeyValuePair.Create("analyse", (DateTimeOffset?)null), KeyValuePair.Create("chat.group", (DateTimeOffset?)Tomorrow),
        ]);
        (person.Standing.IsBanned, person.Standing.SuspendedUntil, person.Standing.ErasureDueAt).ShouldBe((false, null, null));
        (person.BanReason, person.SuspensionReason).ShouldBe((null, null));
        (await Opened(user, person.RestrictionReasons["chat.group"])).ShouldBe("Spam.");
        (await Opened(user, person.RestrictionReasons["analyse"])).ShouldBe("Curiosity.");

        await Record(user, new PermissionRestored(Capability.Analyse));
        (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!.Standing.Restricted.Keys.ShouldBe(["chat.group"]);
    }

    [Fact]
    public async Task It_is_the_user_of_the_lookup()
    {
        UserId user = await house.Register();
        await Record(user, new UserVerified());
        await Record(user, new UserSuspended(Tomorrow, Sealed(user, "Spam.")));
        (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!.User.ShouldBe(await UsersTable.ById(house.Log, user));
        (await Standings.Of(house.Log, new UserId(Guid.CreateVersion7()), DateTimeOffset.UtcNow)).ShouldBeNull();
    }

    [Fact]
    public async Task A_ban_takes_the_place_of_a_suspension_and_leaves_nothing_when_lifted()
    {
        UserId user = await house.Register();
        await Record(user, new UserSuspended(Tomorrow, Sealed(user, "Spam.")));
        PersonStanding suspended = (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!;
        await Record(user, new UserBanned(Sealed(user, "Threats.")));
        PersonStanding banned = (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!;
        await Record(user, new UserUnbanned());
        PersonStanding active = (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!;

        suspended.Standing.SuspendedUntil.ShouldBe(Tomorrow);
        (await Opened(user, suspended.SuspensionReason)).ShouldBe("Spam.");
        (banned.Standing.IsBanned, banned.Standing.SuspendedUntil, banned.SuspensionReason).ShouldBe((true, null, null));
        (await Opened(user, banned.BanReason)).ShouldBe("Threats.");
        (active.Standing.IsBanned, active.Standing.SuspendedUntil, active.BanReason).ShouldBe((false, null, null));
    }

    [Fact]
    public async Task An_erasure_shows_while_it_is_pending_and_leaves_no_row_behind()
    {
        UserId user = await house.Register();
        await Record(user, new PermissionGranted(Capability.Moderate));
        await Record(user, new PermissionRestricted(Capability.ChatGroup, Sealed(user, "Spam.")));
        await Record(user, new UserSuspended(Tomorrow, Sealed(user, "Spam.")));
        await Record(user, new ErasureRequested(Tomorrow));
        (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!.Standing.ErasureDueAt.ShouldBe(Tomorrow);

        await Record(user, new UserErased());

        (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow)).ShouldBeNull();
        foreach (string table in new[] { "permissions", "restrictions", "suspensions", "bans" })
        {
            (await house.Database.Scalar<long>($"select count(*) from {table} where user_id = '{user}'")).ShouldBe(0, table);
        }
    }

    [Fact]
    public async Task A_rebuild_gives_the_same_standing()
    {
        UserId user = await house.Register();
        await Record(user, new PermissionRestricted(Capability.ChatGroup, Sealed(user, "Spam.")));
        await Record(user, new UserBanned(Sealed(user, "Threats.")));
        PersonStanding before = (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!;
        (await ReadModelCheck.Compare(house.Log, IdentityHouse.Users, TimeProvider.System)).IsNone.ShouldBeTrue();

        var rebuilds = new Rebuilds(house.Log, [IdentityHouse.Users], TimeProvider.System);
        Guid id = (await rebuilds.Request("Users", "system")).Job!.Id;
        (await new RebuildWorker(house.Log, [IdentityHouse.Users], TimeProvider.System).RunOnce(CancellationToken.None)).ShouldBeTrue();

        RebuildJob job = (await rebuilds.Show(id))!;
        (job.State, job.RowsDiffering, job.Error).ShouldBe((RebuildState.Done, 0, null));
        PersonStanding after = (await Standings.Of(house.Log, user, DateTimeOffset.UtcNow))!;
        after.BanReason.ShouldBe(before.BanReason);
        after.RestrictionReasons.ShouldBe(before.RestrictionReasons);
        after.Standing.Restricted.ShouldBe(before.Standing.Restricted);
    }

    private static Sensitive<string> Sealed(UserId user, string reason) => new(user.Value, reason);

    private Task<Transacted<User>> Record(UserId user, UserEvent fact) => house.Do(user, _ => fact);

    private async Task<string?> Opened(UserId user, string? sealedText) =>
        SealedToken.TryParse(sealedText, out SealedToken? token) && await house.Log.Seals.Open(token, user.Value) is { } opened
            ? JsonSerializer.Deserialize<string>(opened)
            : null;
}
