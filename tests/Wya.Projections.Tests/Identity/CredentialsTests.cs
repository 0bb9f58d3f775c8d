using Npgsql;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Identity;

/// <summary>A sign-in and a change of the password, in the order that is hardest to meet by chance.</summary>
public sealed class CredentialsTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly AttemptLimit Limit = new(3, TimeSpan.FromMinutes(5));

    [Fact]
    public async Task A_password_that_was_changed_after_it_was_compared_opens_nothing()
    {
        UserId user = await WithPassword("old");
        await using NpgsqlConnection connection = await house.Log.DataSource.OpenConnectionAsync();
        (await CredentialsTable.BeginAttempt(house.Log, user, Limit, Now)).ShouldBe(new PasswordAttempt.Granted("old"));

        (await CredentialsTable.Change(connection, user, "old", "new", Now)).ShouldBeTrue();

        (await CredentialsTable.Confirm(connection, user, "old")).ShouldBeFalse();
        (await CredentialsTable.Change(connection, user, "old", "newer", Now)).ShouldBeFalse();
        (await CredentialsTable.Confirm(connection, user, "new")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_change_waits_for_a_sign_in_under_way_and_ends_what_it_opened()
    {
        UserId user = await WithPassword("old");
        await using NpgsqlConnection signingIn = await house.Log.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction opening = await signingIn.BeginTransactionAsync();
        (await CredentialsTable.Confirm(signingIn, user, "old")).ShouldBeTrue();
        var times = new SessionTimes(TimeSpan.FromDays(1), TimeSpan.FromDays(1), TimeSpan.Zero);
        await SessionsTable.Open(signingIn, Guid.NewGuid(), user, new TokenDigests(Guid.NewGuid().ToByteArray(), []), null, times, Now);

        Task changing = Task.Run(async () =>
        {
            await using NpgsqlConnection connection = await house.Log.DataSource.OpenConnectionAsync();
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            (await CredentialsTable.Change(connection, user, "old", "new", Now)).ShouldBeTrue();
            await SessionsTable.EndOthers(connection, user, but: Guid.Empty);
            await transaction.CommitAsync();
        });
        await Eventually.Is(
            async () => await house.Database.Scalar<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") > 0,
            "the change waits");
        await opening.CommitAsync();
        await changing;

        (await SessionsTable.Of(house.Log, user, Now)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Attempts_are_counted_in_a_window_from_the_first()
    {
        UserId user = await WithPassword("right");
        for (int i = 0; i < 3; i++)
        {
            (await CredentialsTable.BeginAttempt(house.Log, user, Limit, Now.AddMinutes(i))).ShouldBe(new PasswordAttempt.Granted("right"));
        }

        PasswordAttempt refused = await CredentialsTable.BeginAttempt(house.Log, user, Limit, Now.AddMinutes(4));
        refused.ShouldBeOfType<PasswordAttempt.TooMany>().Until.ShouldBe(Now.AddMinutes(5), TimeSpan.FromMilliseconds(1));
        (await CredentialsTable.BeginAttempt(house.Log, user, Limit, Now.AddMinutes(6))).ShouldBe(new PasswordAttempt.Granted("right"));
        (await CredentialsTable.BeginAttempt(house.Log, new UserId(Guid.NewGuid()), Limit, Now)).ShouldBe(new PasswordAttempt.NoPassword());
    }

    [Fact]
    public async Task Only_who_is_registered_gets_a_password_and_the_first_one_stays()
    {
        UserId user = await WithPassword("first");
        await using NpgsqlConnection connection = await house.Log.DataSource.OpenConnectionAsync();
        (await CredentialsTable.SetFirst(connection, user, "second", Now)).ShouldBeFalse();
        (await CredentialsTable.Confirm(connection, user, "first")).ShouldBeTrue();
        (await CredentialsTable.SetFirst(connection, new UserId(Guid.NewGuid()), "first", Now)).ShouldBeFalse();
    }

    private async Task<UserId> WithPassword(string hash)
    {
        UserId user = await house.Register();
        await using NpgsqlConnection connection = await house.Log.DataSource.OpenConnectionAsync();
        (await CredentialsTable.SetFirst(connection, user, hash, Now)).ShouldBeTrue();
        return user;
    }
}
