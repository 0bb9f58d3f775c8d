using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Identity's log without any process around it, and people who were registered when they were younger.</summary>
public sealed class DueHouse : IAsyncLifetime
{
    private TestKeys? keys;
    private TestDatabase? database;
    private PostgresEventStore? store;
    private int people;

    public TestKeys Keys => keys!;

    public TestDatabase Database => database!;

    public LogDatabase Log => database!.Log;

    public PostgresEventStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        DomainDefinition identity = IdentityDomain.Definition;
        keys = await TestKeys.Create();
        database = await TestPostgres.CreateDatabase(identity.Name, identity.Types, [.. identity.Kept], identity.PrepareSql, keys.ForLogs);
        store = OpenStore(database.Log);
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            await database!.DisposeAsync();
            await keys!.DisposeAsync();
        }
    }

    /// <summary>A writer of its own, as another process would have.</summary>
    public static PostgresEventStore OpenStore(LogDatabase log) =>
        new(log, TimeProvider.System, IdentityDomain.Definition.ReadModels.Where(model => model.Inline));

    /// <param name="layer">The one that the person had when they registered.</param>
    public async Task<UserId> Registered(string? birthDate, AgeLayer layer = AgeLayer.Minor, params IReadOnlyList<UserEvent> andThen)
    {
        var user = new UserId(Guid.CreateVersion7());
        string handle = $"resident{Interlocked.Increment(ref people)}";
        var created = new UserCreated(
            new Sensitive<string>(user.Value, handle),
            new Sensitive<IReadOnlyList<string>>(user.Value, Handle.SkeletonsOf(handle)),
            layer,
            birthDate is null ? null : new Sensitive<DateOnly>(user.Value, DateOnly.ParseExact(birthDate, "yyyy-MM-dd", null)));
        await Happened(user, [created, .. andThen]);
        return user;
    }

    public async Task Happened(UserId user, params IReadOnlyList<UserEvent> facts)
    {
        AppendOutcome outcome = await Store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()), new StreamAppend(user.Value, User.Stream.Name, ExpectedVersion.Any, facts)));
        outcome.ShouldBeOfType<AppendOutcome.Appended>();
    }

    public static UserSuspended Suspension(UserId user, DateTimeOffset until) => new(until, new Sensitive<string>(user.Value, "Spam."));

    public async Task<IReadOnlyList<T>> EventsOf<T>(UserId user)
        where T : UserEvent => await Store.ReadStream(user.Value).Select(recorded => recorded.Data).OfType<T>().ToListAsync();

    public async Task<UserView> Shown(UserId user) => (await UsersTable.ById(Log, user)).ShouldNotBeNull();
}
