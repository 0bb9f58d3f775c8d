using System.Text.Json;
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

/// <summary>Identity's database and store, and people who come to be registered.</summary>
public sealed class IdentityHouse : IAsyncLifetime
{
    private TestKeys? keys;
    private TestDatabase? database;
    private PostgresEventStore? store;

    public static DomainDefinition Definition => IdentityDomain.Definition;

    public static ReadModel Users => Definition.ReadModels.Single(model => model.Name == "Users");

    public static ReadModel AccountHistory => Definition.ReadModels.Single(model => model.Name == "AccountHistory");

    public TestKeys Keys => keys!;

    public TestDatabase Database => database!;

    public LogDatabase Log => database!.Log;

    public PostgresEventStore Store => store!;

    public static DateOnly Grown { get; } = new(1987, 3, 4);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        database = await TestPostgres.CreateDatabase(Definition.Name, Definition.Types, [.. Definition.Kept], Definition.PrepareSql, keys.ForLogs);
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

    public static PostgresEventStore OpenStore(LogDatabase log) =>
        new(log, TimeProvider.System, Definition.ReadModels.Where(model => model.Inline));

    /// <summary>A handle that nobody else in this run looks like.</summary>
    public static string AnyHandle() => "u" + string.Concat(Guid.NewGuid().ToString("n").Take(20).Select(hex => (char)(hex <= '9' ? hex - '0' + 'p' : hex)));

    public async Task<UserId> Register(string? handle = null)
    {
        var user = new UserId(Guid.CreateVersion7());
        Transacted<User> registered = await Register(Store, user, handle ?? AnyHandle());
        registered.Refusal.ShouldBeNull();
        return user;
    }

    public static Task<Transacted<User>> Register(PostgresEventStore store, UserId user, string handle) =>
        Send(store, user, state => RegisterUser.Decide(state, new RegisterUser(user, handle, Grown), DateTimeOffset.UtcNow));

    public async Task<Transacted<User>> Do(UserId user, Func<User, Decision<UserEvent>> decide)
    {
        Transacted<User> done = await Send(Store, user, decide);
        done.Refusal.ShouldBeNull();
        return done;
    }

    /// <summary>A read model's JSON with what is sealed in it opened.</summary>
    public async Task<string?> Opened(UserId user, string? detail)
    {
        if (detail is null)
        {
            return null;
        }

        JsonNode opened = JsonNode.Parse(detail)!;
        await SealedJson.Open(Log, user.Value, opened, user.Value, CancellationToken.None);
        return JsonSerializer.Serialize(opened, EventJson.Options);
    }

    private static Task<Transacted<User>> Send(PostgresEventStore store, UserId user, Func<User, Decision<UserEvent>> decide) =>
        store.Transact(User.Stream, user.Value, decide, CommandMetadata.System(Guid.CreateVersion7()));
}
