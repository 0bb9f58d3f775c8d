using System.Text.Json.Nodes;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Identity;

public sealed class AccountHistoryTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    private static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task People_can_read_all_that_happened_to_their_account()
    {
        await using var daemon = new ProjectionDaemon([Consumer.Of(IdentityHouse.AccountHistory, house.Log)], TimeProvider.System);
        daemon.Start();
        UserId user = await house.Register("history.robin");
        UserId another = await house.Register();
        await house.Do(user, state => VerifyUser.Decide(state, new VerifyUser(), DateTimeOffset.UtcNow));
        await house.Do(user, _ => new UserSuspended(Until, new Sensitive<string>(user.Value, "Spam.")));
        await house.Do(user, _ => new UserUnsuspended());
        await house.Do(user, state => GrantPermission.Decide(state, new GrantPermission("moderate"), DateTimeOffset.UtcNow));
        await house.Do(user, state => RevokePermission.Decide(state, new RevokePermission(user, "moderate", "Left the team."), DateTimeOffset.UtcNow));
        await Eventually.Is(async () => (await AccountHistoryTable.Page(house.Log, user, null, 100)).Count == 6, "six things happened");

        IReadOnlyList<AccountHistoryRow> rows = await AccountHistoryTable.Page(house.Log, user, before: null, limit: 100);
        rows.Select(row => row.What).ShouldBe(
        [
            "user.permission_revoked", "user.permission_granted", "user.unsuspended", "user.suspended", "user.verified", "user.created",
        ]);
        rows.Select(row => row.Version).ShouldBe([6, 5, 4, 3, 2, 1]);
        (await house.Opened(user, rows[0].Detail)).ShouldBe("""{"reason":"Left the team.","capability":"moderate"}""");
        rows[2].Detail.ShouldBeNull();
        (await house.Opened(user, rows[3].Detail)).ShouldBe("""{"until":"2099-01-01T00:00:00+00:00","reason":"Spam."}""");
        (await house.Opened(user, rows[5].Detail)).ShouldBe("""{"handle":"history.robin","age_layer":"adult"}""");
        rows[5].HappenedAt.ShouldBe((await house.Store.ReadStream(user.Value).FirstAsync()).Time);
        (await AccountHistoryTable.Page(house.Log, another, null, 100)).Count.ShouldBe(1);
        (await ReadModelCheck.Compare(house.Log, IdentityHouse.AccountHistory, TimeProvider.System)).IsNone.ShouldBeTrue();
    }

    [Fact]
    public async Task A_long_history_is_read_page_by_page()
    {
        await using var daemon = new ProjectionDaemon([Consumer.Of(IdentityHouse.AccountHistory, house.Log)], TimeProvider.System);
        daemon.Start();
        UserId user = await house.Register();
        for (int i = 1; i <= 6; i++)
        {
            await house.Do(user, _ => new UserSuspended(Until.AddDays(i), new Sensitive<string>(user.Value, "Spam.")));
        }

        await Eventually.Is(async () => (await AccountHistoryTable.Page(house.Log, user, null, 100)).Count == 7, "seven things happened");
        List<long> versions = [];
        long? before = null;
        while (await AccountHistoryTable.Page(house.Log, user, before, limit: 3) is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(3);
            versions.AddRange(page.Select(row => row.Version));
            before = versions[^1];
        }

        versions.ShouldBe([7, 6, 5, 4, 3, 2, 1]);
    }

    /// <summary>As stored: jsonb orders fields by length, and has spaces.</summary>
    private static string Detail(AccountHistoryRow row) => JsonNode.Parse(row.Detail!)!.ToJsonString(EventJson.Options);
}
