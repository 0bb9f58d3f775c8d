using Shouldly;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Safety;
using Wya.Testing;
using Xunit;
using PeopleTable = Wya.Projections.Messaging.PeopleTable;
using PersonRow = Wya.Projections.Messaging.PersonRow;

namespace Wya.Projections.Tests.Messaging;

/// <summary>What messaging keeps of other domains, by following their logs.</summary>
public sealed class SubscriptionsTests(MessagingHouse house) : IClassFixture<MessagingHouse>, IAsyncLifetime
{
    private static readonly DateTimeOffset Until = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, TestDatabase> others = [];
    private readonly Dictionary<string, PostgresEventStore> stores = [];
    private readonly List<Consumer> consumers = [];
    private ProjectionDaemon? daemon;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        foreach (DomainDefinition domain in new[] { IdentityDomain.Definition, GraphDomain.Definition, SafetyDomain.Definition })
        {
            others[domain.Name] = await TestPostgres.CreateDatabase(domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, house.Keys.ForLogs, domain.IsChained);
            stores[domain.Name] = new PostgresEventStore(others[domain.Name].Log, TimeProvider.System, domain.ReadModels.Where(model => model.Inline));
        }

        // The positions of an earlier test are of other logs.
        await house.Database.Execute("truncate users, friends, blocks, mutes; delete from log.mt_event_progression where name like 'Messaging%'");
        consumers.AddRange(MessagingHouse.Definition.Subscriptions.Select(one => Consumer.Of(one.Model, others[one.Source].Log, house.Log)));
        daemon = new ProjectionDaemon(consumers, TimeProvider.System);
        daemon.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await (daemon?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach ((string name, PostgresEventStore store) in stores)
        {
            await store.DisposeAsync();
            await others[name].DisposeAsync();
        }
    }

    [Fact]
    [Trait("seed", "5.2")]
    public async Task People_are_as_identity_announces_them()
    {
        var one = new UserId(Guid.CreateVersion7());
        var created = new UserCreated(Sealed(one, "mara"), new Sensitive<IReadOnlyList<string>>(one.Value, ["mara"]), AgeLayer.Minor);
        PersonRow begun = await Person(one, created);
        (begun.AgeLayer, begun.Status, begun.HasGroupGrant, begun.PrivateRestrictedUntil).ShouldBe(("minor", "active", false, null));
        begun.Handle.ShouldNotBeNull().ShouldStartWith("sealed1:");

        (await Person(one, new AgeLayerChanged(AgeLayer.Minor, AgeLayer.Adult))).ShouldBe(begun with { AgeLayer = "adult" });
        PersonRow grown = begun with { AgeLayer = "adult" };
        (await Person(one, new UserSuspended(Until, Sealed(one, "Spam.")))).ShouldBe(grown with { Status = "suspended", SuspendedUntil = Until });
        (await Person(one, new UserUnsuspended())).ShouldBe(grown);
        (await Person(one, new UserSuspended(Until, Sealed(one, "Spam.")), new UserBanned(Sealed(one, "Again.")))).ShouldBe(grown with { Status = "banned" });
        (await Person(one, new UserUnbanned())).ShouldBe(grown);

        (await Person(one, new PermissionGranted(Capability.ChatGroup), new PermissionGranted(Capability.Moderate))).ShouldBe(grown with { HasGroupGrant = true });
        (await Person(one, new PermissionRevoked(Capability.ChatGroup))).ShouldBe(grown);

        PersonRow restricted = await Person(
            one, new PermissionRestricted(Capability.ChatPrivate, Sealed(one, "Insults."), Until),
            new PermissionRestricted(Capability.ChatGroup, Sealed(one, "Insults.")), new PermissionRestricted(Capability.Moderate, Sealed(one, "Insults.")));
        restricted.ShouldBe(grown with { PrivateRestrictedUntil = Until, GroupRestrictedUntil = DateTimeOffset.MaxValue });
        (await Person(one, new PermissionRestored(Capability.ChatPrivate))).ShouldBe(grown with { GroupRestrictedUntil = DateTimeOffset.MaxValue });
        (await Person(one, new PermissionRestored(Capability.ChatGroup))).ShouldBe(grown);

        (await Person(one, new ErasureRequested(Until))).ShouldBe(grown with { ErasureDueAt = Until });
        (await Person(one, new ErasureCancelled())).ShouldBe(grown);
        (await Person(one, new ErasureRequested(Until), new UserErased())).ShouldBe(grown with { Status = "erased", Handle = null });
    }

    [Fact]
    [Trait("seed", "5.2")]
    public async Task Friends_and_blocks_are_as_the_graph_announces_them()
    {
        UserId one = new(Guid.CreateVersion7()), other = new(Guid.CreateVersion7());
        await Announced("graph", "edge", new FriendAdded(other, one));
        await Announced("graph", "edge", new FriendAdded(one, other)); // the same pair
        FriendsRow pair = (await house.Rows(new FriendsTable())).Single();
        new[] { pair.LowId, pair.HighId }.ShouldBe([one.Value, other.Value], ignoreOrder: true);

        await Announced("graph", "edge", new FriendRemoved(one, other));
        (await house.Rows(new FriendsTable())).ShouldBeEmpty();

        await Announced("graph", "edge", new FriendAdded(one, other), new UserBlocked(other, one), new UserBlocked(one, other));
        (await house.Rows(new FriendsTable())).ShouldBeEmpty(); // a block ends it
        (await house.Rows(new BlocksTable())).ShouldBe([new BlockRow(other.Value, one.Value), new BlockRow(one.Value, other.Value)], ignoreOrder: true);

        await Announced("graph", "edge", new UserUnblocked(other, one));
        (await house.Rows(new BlocksTable())).ShouldBe([new BlockRow(one.Value, other.Value)]);
        await Announced("graph", "edge", new UserUnblocked(one, other));
        (await house.Rows(new BlocksTable())).ShouldBeEmpty();
        (await house.Rows(new FriendsTable())).ShouldBeEmpty(); // and does not come back by itself
    }

    [Fact]
    [Trait("seed", "5.2")]
    public async Task Mutes_are_as_safety_announces_them()
    {
        var one = new UserId(Guid.CreateVersion7());
        Guid first = Guid.NewGuid(), second = Guid.NewGuid();
        await Announced("safety", "case", new RestrictionApplied(first, one, RestrictionKind.Mute, Until), new RestrictionApplied(second, one, RestrictionKind.Mute));
        (await house.Rows(new MutesTable())).ShouldBe([new MuteRow(first, one.Value, Until), new MuteRow(second, one.Value, null)], ignoreOrder: true);

        await Announced("safety", "case", new ActionReversed(first), new ActionReversed(Guid.NewGuid()));
        (await house.Rows(new MutesTable())).ShouldBe([new MuteRow(second, one.Value, null)]);
        await Announced("safety", "case", new ActionReversed(second));
        (await house.Rows(new MutesTable())).ShouldBeEmpty();
    }

    private static Sensitive<string> Sealed(UserId user, string text) => new(user.Value, text);

    /// <summary>Their row once messaging has taken what happened.</summary>
    private async Task<PersonRow> Person(UserId user, params IReadOnlyList<object> facts)
    {
        await Recorded("identity", user.Value, "user", facts);
        return (await house.Rows(new PeopleTable(), $"id = '{user}'")).Single();
    }

    private Task Announced(string domain, string streamType, params IReadOnlyList<object> facts) => Recorded(domain, Guid.CreateVersion7(), streamType, facts);

    private async Task Recorded(string domain, Guid stream, string streamType, IReadOnlyList<object> facts)
    {
        AppendOutcome outcome = await stores[domain].Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, streamType, ExpectedVersion.Any, facts)));
        long position = outcome.ShouldBeOfType<AppendOutcome.Appended>().Position;
        Consumer follower = consumers.Single(consumer => consumer.Source == others[domain].Log);
        await Eventually.Is(async () => await Positions.Of(follower) >= position, $"{follower.Name} has come to {position}");
        (await DeadLetters.IsParked(follower, stream)).ShouldBeFalse();
    }
}
