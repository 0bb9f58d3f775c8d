using Npgsql;
using Shouldly;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Passes over everybody who is not an adult, at a time of the test's own. Each test has a log of its own.</summary>
public sealed class BirthdayTests : IAsyncLifetime
{
    private readonly DueHouse house = new();

    public ValueTask InitializeAsync() => house.InitializeAsync();

    public ValueTask DisposeAsync() => house.DisposeAsync();

    [Fact]
    [Trait("seed", "1.2")]
    public async Task Everybody_who_is_due_is_moved_and_nobody_else()
    {
        UserId eighteen = await house.Registered("2008-06-15");
        UserId tomorrow = await house.Registered("2008-06-16");
        UserId twentyTwo = await house.Registered("2004-06-15", AgeLayer.Transitional);
        UserId twentyOne = await house.Registered("2004-06-16", AgeLayer.Transitional);
        UserId grown = await house.Registered("1990-06-15", AgeLayer.Adult);

        DueOutcome outcome = await Pass("2026-06-15T12:00:00Z");

        (outcome.Done, outcome.Failed).ShouldBe((2, 0));
        (await Moves(eighteen)).ShouldBe([new AgeLayerChanged(AgeLayer.Minor, AgeLayer.Transitional)]);
        (await Moves(twentyTwo)).ShouldBe([new AgeLayerChanged(AgeLayer.Transitional, AgeLayer.Adult)]);
        (await house.Shown(eighteen)).AgeLayer.ShouldBe(AgeLayer.Transitional);
        (await house.Shown(twentyTwo)).AgeLayer.ShouldBe(AgeLayer.Adult);
        foreach (UserId other in new[] { tomorrow, twentyOne, grown })
        {
            (await Moves(other)).ShouldBeEmpty();
        }

        RecordedEvent announced = await house.Store.ReadStream(eighteen.Value).LastAsync();
        (announced.Type, announced.Metadata.Actor).ShouldBe(("user.age_layer_changed", "system"));
        (await Pass("2026-06-15T12:00:00Z")).Done.ShouldBe(0);
    }

    [Fact]
    public async Task A_birthday_comes_when_its_day_has_begun_everywhere()
    {
        UserId user = await house.Registered("2008-06-15");
        (await Pass("2026-06-15T11:59:59.999Z")).Done.ShouldBe(0);
        (await Pass("2026-06-15T12:00:00Z")).Done.ShouldBe(1);
        (await Moves(user)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_born_on_29_February_is_due_on_1_March_in_common_years()
    {
        await house.Registered("2008-02-29");
        (await Pass("2026-02-28T12:00:00Z")).Done.ShouldBe(0);
        (await Pass("2026-03-01T11:59:59Z")).Done.ShouldBe(0);
        (await Pass("2026-03-01T12:00:00Z")).Done.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_was_not_looked_at_for_years_comes_into_the_layer_of_today()
    {
        UserId user = await house.Registered("2008-06-15");
        (await Pass("2031-01-01T00:00:00Z")).Done.ShouldBe(1);
        (await Moves(user)).ShouldBe([new AgeLayerChanged(AgeLayer.Minor, AgeLayer.Adult)]);
    }

    [Fact]
    public async Task Each_layer_is_reached_once_in_a_life()
    {
        UserId user = await house.Registered("2008-06-15");
        for (int year = 2025; year < 2035; year++)
        {
            await Pass($"{year}-06-15T12:00:00Z");
        }

        (await Moves(user)).ShouldBe(
            [new AgeLayerChanged(AgeLayer.Minor, AgeLayer.Transitional), new AgeLayerChanged(AgeLayer.Transitional, AgeLayer.Adult)]);
    }

    [Fact]
    public async Task Passes_side_by_side_move_each_person_once()
    {
        const int people = Birthdays.PagePeople + 50;
        UserId[] due = new UserId[people];
        await Parallel.ForAsync(0, people, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) => due[i] = await house.Registered("2008-06-15"));
        await using LogDatabase log = house.Database.OpenAnother();
        await using PostgresEventStore store = DueHouse.OpenStore(log);
        DateTimeOffset now = Time("2026-06-15T12:00:00Z");

        DueOutcome[] outcomes = await Task.WhenAll(
            Birthdays.Pass(house.Log, house.Store, now, CancellationToken.None), Birthdays.Pass(log, store, now, CancellationToken.None));

        outcomes.Sum(outcome => outcome.Done).ShouldBe(people);
        outcomes.Sum(outcome => outcome.Failed).ShouldBe(0);
        (await house.Database.Scalar<long>("select count(*) from log.mt_events where type = 'user.age_layer_changed'")).ShouldBe(people);
        (await house.Database.Scalar<long>("select count(distinct stream_id) from log.mt_events where type = 'user.age_layer_changed'")).ShouldBe(people);
        (await house.Database.Scalar<long>("select count(*) from users where age_layer = 'transitional'")).ShouldBe(people);
    }

    [Fact]
    public async Task Nobody_is_moved_whose_birth_date_nobody_can_read()
    {
        UserId unknown = await house.Registered(null);
        UserId erased = await house.Registered("2008-06-15", AgeLayer.Minor, new UserErased());
        UserId keyless = await house.Registered("2008-06-15");
        UserId due = await house.Registered("2008-06-15");
        await house.Keys.Subjects.Destroy([keyless.Value]);

        DueOutcome outcome = await Pass("2026-06-15T12:00:00Z");

        (outcome.Done, outcome.Failed).ShouldBe((1, 0));
        (await Moves(due)).Count.ShouldBe(1);
        foreach (UserId other in new[] { unknown, erased, keyless })
        {
            (await Moves(other)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task What_was_tampered_with_fails_alone()
    {
        UserId due = await house.Registered("2008-06-15");
        UserId young = await house.Registered("2013-01-01");
        UserId broken = await house.Registered("2008-06-15");
        UserId renamed = await house.Registered("2008-06-15");
        string real = await Token(young);
        await Put(young, await Token(due));
        await Put(broken, (await Token(broken))[..^4] + "AAAA");
        await Put(renamed, await house.Database.Scalar<string>($"select data->>'handle' from log.mt_events where stream_id = '{renamed}'"));

        DueOutcome outcome = await Pass("2026-06-15T12:00:00Z");

        (outcome.Done, outcome.Failed).ShouldBe((1, 3));
        outcome.FailureKinds.ShouldBe([nameof(TamperedValueException)]);
        (await Moves(due)).Count.ShouldBe(1);
        await Put(young, real);
        (await Pass("2026-06-15T12:00:00Z")).Failed.ShouldBe(2);
        (await Moves(young)).ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_keys_are_away_nobody_is_moved_and_afterwards_everybody()
    {
        UserId user = await house.Registered("2008-06-15");
        string keys = new NpgsqlConnectionStringBuilder(house.Keys.ConnectionString).Database!;
        await Admin($"alter database {keys} connection limit 0; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{keys}'");
        await using SubjectKeys subjects = house.Keys.Open();
        await using var log = new LogDatabase(
            "identity", house.Database.ConnectionString, IdentityDomain.Definition.Types, keys: new LogKeys(subjects, house.Keys.Ring.ClaimPepper));
        DateTimeOffset now = Time("2026-06-15T12:00:00Z");

        await Should.ThrowAsync<KeysUnavailableException>(() => Birthdays.Pass(log, house.Store, now, CancellationToken.None));
        (await Moves(user)).ShouldBeEmpty();

        await Admin($"alter database {keys} connection limit -1");
        (await Birthdays.Pass(log, house.Store, now, CancellationToken.None)).Done.ShouldBe(1);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task Admin(string sql)
    {
        await using var connection = new NpgsqlConnection(TestPostgres.AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private Task<DueOutcome> Pass(string now) => Birthdays.Pass(house.Log, house.Store, Time(now), CancellationToken.None);

    private Task<IReadOnlyList<AgeLayerChanged>> Moves(UserId user) => house.EventsOf<AgeLayerChanged>(user);

    private Task<string> Token(UserId user) => house.Database.Scalar<string>($"select birth_date from personal_details where user_id = '{user}'");

    private Task Put(UserId user, string token) => house.Database.Execute($"update personal_details set birth_date = '{token}' where user_id = '{user}'");
}
