using System.Text.Json.Nodes;
using Npgsql;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Identity;

/// <summary>What a domain holds on people: all of it is accounted for, exported to them, and gone when they are erased.</summary>
public sealed class PersonalDataTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    private static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private HeldBy Held => new(
        house.Log, house.Store, IdentityHouse.Definition.ReadModels, [Consumer.Of(IdentityHouse.AccountHistory, house.Log)], TimeProvider.System);

    [Fact]
    public void Every_domain_says_what_it_holds_on_people_table_by_table()
    {
        Domains.All.ShouldNotBeEmpty();
        Domains.All.SelectMany(Unaccounted).ShouldBeEmpty();
    }

    [Fact]
    public void A_table_that_is_not_accounted_for_is_found()
    {
        DomainDefinition identity = IdentityDomain.Definition;
        DomainDefinition grown = identity with { ReadModels = [.. identity.ReadModels, new ReadModel("More", 1, true, new Renamed())] };
        Unaccounted(grown).ShouldBe(["identity.more"]);
    }

    [Fact]
    public async Task No_table_of_the_database_is_forgotten()
    {
        List<string> there = [];
        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var tables = new NpgsqlCommand("select tablename from pg_tables where schemaname = 'public'", connection);
        await using NpgsqlDataReader reader = await tables.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            there.Add(reader.GetString(0));
        }

        there.ShouldBe(IdentityDomain.Definition.PersonalData.Tables.Select(table => table.Name), ignoreOrder: true);
    }

    [Fact]
    [Trait("seed", "T1")]
    public async Task A_person_gets_everything_in_the_clear_and_nothing_of_anybody_else()
    {
        await using ProjectionDaemon daemon = Following();
        (UserId user, string handle) = await Somebody("We talked about it.");
        (UserId other, string otherHandle) = await Somebody("Of another person.");
        await Eventually.Is(async () => (await AccountHistoryTable.Page(house.Log, user, null, 100)).Count == 3, "the history is there");

        JsonObject export = await Export(user);

        string text = export.ToJsonString();
        text.ShouldContain(handle);
        text.ShouldContain("We talked about it.");
        text.ShouldContain("1987-03-04");
        text.ShouldNotContain("sealed1:");
        text.ShouldNotContain(otherHandle);
        text.ShouldNotContain("Of another person.");
        text.ShouldNotContain(other.ToString());
        export["events"]!.AsArray().Select(one => one!["type"]!.ToString()).ShouldBe(["user.created", "user.contact_address_changed", "user.suspended"]);
        export["events"]![2]!["data"]!["reason"]!.ToString().ShouldBe("We talked about it.");
        export["users"]![0]!["handle"]!.ToString().ShouldBe(handle);
        export["personal_details"]![0]!["contact_address"]!.ToString().ShouldBe("robin@example.org");
        export["account_history"]!.AsArray().Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_done_to_others_is_told_without_saying_to_whom()
    {
        (UserId moderator, _) = await Somebody("A pause.");
        (UserId other, _) = await Somebody("A pause.");
        await house.Do(moderator, state => GrantPermission.Decide(state, new GrantPermission("moderate"), DateTimeOffset.UtcNow));
        await house.Store.Transact(
            User.Stream, other.Value, state => VerifyUser.Decide(state, new VerifyUser(), DateTimeOffset.UtcNow),
            new CommandMetadata(moderator.ToString(), Guid.CreateVersion7()), TestContext.Current.CancellationToken);

        JsonObject export = await Export(moderator);

        export["acts"]!.AsArray().Count.ShouldBe(1);
        export["acts"]![0]!["type"]!.ToString().ShouldBe("user.verified");
        export.ToJsonString().ShouldNotContain(other.ToString());
        (await Export(other))["acts"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    [Trait("seed", "T1")]
    public async Task An_erasure_leaves_nothing_readable_in_any_store_and_survivors_are_untouched()
    {
        await using ProjectionDaemon daemon = Following();
        (UserId user, _) = await Somebody("Spam.");
        (UserId other, _) = await Somebody("Spam.");
        IPersonalData personal = IdentityDomain.Definition.PersonalData;
        foreach (UserId each in (UserId[])[user, other])
        {
            await Eventually.Is(async () => (await AccountHistoryTable.Page(house.Log, each, null, 100)).Count == 3, "the history is there");
        }

        IReadOnlyList<StoreFinding> before = await personal.Find(Held, user);
        IReadOnlyList<StoreFinding> others = await personal.Find(Held, other);
        before.Count(store => store.Readable > 0).ShouldBe(5); // sealed values, users, suspensions, personal_details, account_history
        before.Single(store => store.Store == "sealed values in events").Found.ShouldBe(5);

        long position = await Erase(user);
        await Eventually.Is(async () => await personal.Forget(Held, user, position) is null, "everything has taken it");
        await personal.CleanUp(Held);

        IReadOnlyList<StoreFinding> after = await personal.Find(Held, user);
        after.ShouldAllBe(store => store.Readable == 0);
        after.Select(store => store.Store).ShouldBe(before.Select(store => store.Store));
        after.Single(store => store.Store == "events").Found.ShouldBe(5);
        after.Single(store => store.Store == "table suspensions").Found.ShouldBe(0);
        (await personal.Find(Held, other)).ShouldBe(others);
        (await Export(user)).ToJsonString().ShouldNotContain("Spam.");
        (await UsersTable.ById(house.Log, user)).ShouldBeNull();
    }

    [Fact]
    public async Task What_has_not_taken_the_erasure_yet_is_named()
    {
        (UserId user, _) = await Somebody("Spam.");
        long position = await Erase(user);
        StillHeld? held = await IdentityDomain.Definition.PersonalData.Forget(Held, user, position);
        held.ShouldBe(new StillHeld("AccountHistory has not come so far", IsShown: true)); // nobody follows the log here
    }

    [Fact]
    [Trait("seed", "T1")]
    public async Task A_rebuild_over_erased_people_finishes_and_shows_them_redacted()
    {
        await using ProjectionDaemon daemon = Following();
        (UserId user, string handle) = await Somebody("Spam.");
        (UserId other, string otherHandle) = await Somebody("Spam.");
        long position = await Erase(user);
        await Eventually.Is(async () => await IdentityDomain.Definition.PersonalData.Forget(Held, user, position) is null, "everything has taken it");
        using var stop = new CancellationTokenSource();
        Task worker = new RebuildWorker(house.Log, IdentityHouse.Definition.ReadModels, TimeProvider.System).Run(stop.Token);
        var rebuilds = new Rebuilds(house.Log, IdentityHouse.Definition.ReadModels, TimeProvider.System);

        foreach (ReadModel model in IdentityHouse.Definition.ReadModels)
        {
            (await rebuilds.Request(model.Name, "test")).Refusal.ShouldBeNull();
            await Eventually.Is(async () => (await rebuilds.Show(model.Name))!.State is not RebuildState.Running, $"{model.Name} is rebuilt");
            RebuildJob job = (await rebuilds.Show(model.Name))!;
            job.State.ShouldBe(RebuildState.Done, job.Explanation);
            job.RowsDiffering.ShouldBe(0);
        }

        (await house.Database.Scalar<string>($"select handle from users where id = '{user}'")).ShouldBe($"erased--{user.Value:n}");
        (await house.Database.Scalar<long>($"select count(*) from personal_details where user_id = '{user}'")).ShouldBe(0);
        (await house.Database.Scalar<long>($"select count(*) from account_history where user_id = '{user}' and detail is null")).ShouldBe(5);
        (await house.Database.Scalar<string>($"select handle from users where id = '{other}'")).ShouldBe(otherHandle);

        // The tables that the swap replaced may hold who is erased after it, so that erasure drops them.
        (await house.Database.Scalar<bool>("select to_regclass('retired.users') is not null")).ShouldBeTrue();
        long later = await Erase(other);
        await Eventually.Is(async () => await IdentityDomain.Definition.PersonalData.Forget(Held, other, later) is null, "nothing older is kept");
        (await house.Database.Scalar<bool>("select to_regclass('retired.users') is null")).ShouldBeTrue();
        handle.ShouldNotBe(otherHandle);
        await stop.CancelAsync();
        await worker;
    }

    private static IEnumerable<string> Unaccounted(DomainDefinition domain) =>
        from model in domain.Kept
        from table in model.Tables
        where domain.PersonalData.Tables.All(known => known.Name != table.Name)
        select $"{domain.Name}.{table.Name}";

    private ProjectionDaemon Following()
    {
        var daemon = new ProjectionDaemon([Consumer.Of(IdentityHouse.AccountHistory, house.Log)], TimeProvider.System);
        daemon.Start();
        return daemon;
    }

    private async Task<(UserId User, string Handle)> Somebody(string reason)
    {
        string handle = IdentityHouse.AnyHandle();
        UserId user = await house.Register(handle);
        await house.Do(user, _ => new ContactAddressChanged(new Sensitive<string>(user.Value, "robin@example.org")));
        await house.Do(user, _ => new UserSuspended(Until, new Sensitive<string>(user.Value, reason)));
        return (user, handle);
    }

    private async Task<long> Erase(UserId user)
    {
        await house.Do(user, state => RequestErasure.Decide(state, new RequestErasure(TimeSpan.Zero), DateTimeOffset.UtcNow));
        Transacted<User> erased = await house.Do(user, state => EraseUser.Decide(state, new EraseUser(), DateTimeOffset.UtcNow));
        await house.Keys.Subjects.Destroy([user.Value]);
        return erased.Position;
    }

    private async Task<JsonObject> Export(UserId user)
    {
        var export = new JsonObject();
        foreach (ExportSection section in IdentityDomain.Definition.PersonalData.Export(Held, user))
        {
            var items = new JsonArray();
            await foreach (JsonNode item in section.Items)
            {
                items.Add(item);
            }

            export[section.Name] = items;
        }

        return export;
    }

    /// <summary>As somebody would add a table, and forget who it is about.</summary>
    private sealed class Renamed : ITable
    {
        public string Name => "more";

        public IReadOnlyList<string> ColumnNames => [];

        public IReadOnlyList<string> KeyNames => [];

        public IReadOnlyList<IReadOnlyList<string>> Touched(RecordedEvent recorded) => [];

        public string CreateSql(string schema) => "";

        public bool Concerns(RecordedEvent recorded) => false;

        public ITablePage NewPage() => throw new NotSupportedException();

        public ITableRows NewRows() => throw new NotSupportedException();
    }
}
