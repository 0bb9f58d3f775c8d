using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Messaging;

/// <summary>Messaging's database and store, without any process around it.</summary>
public sealed class MessagingHouse : IAsyncLifetime
{
    private TestKeys? keys;
    private TestDatabase? database;
    private PostgresEventStore? store;

    public static DomainDefinition Definition => MessagingDomain.Definition;

    public static ReadModel Conversations => Definition.ReadModels.Single(model => model.Name == "Conversations");

    public TestKeys Keys => keys!;

    public TestDatabase Database => database!;

    public LogDatabase Log => database!.Log;

    public PostgresEventStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        database = await TestPostgres.CreateDatabase(Definition.Name, Definition.Types, [.. Definition.Kept], Definition.PrepareSql, keys.ForLogs);
        store = new PostgresEventStore(database.Log, TimeProvider.System, Definition.ReadModels.Where(model => model.Inline));
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

    /// <returns>The event's id, which is the message's if it is one that is sent.</returns>
    public async Task<Guid> Record(Guid conversation, ConversationEvent fact)
    {
        var command = Guid.CreateVersion7();
        AppendOutcome outcome = await Store.Append(new Append(
            CommandMetadata.System(command), new StreamAppend(conversation, "conversation", ExpectedVersion.Any, [fact])));
        return outcome is AppendOutcome.Appended ? command : throw new InvalidOperationException($"It was not recorded: {outcome.GetType().Name}.");
    }

    public static Sensitive<MessageContent> Says(UserId author, string text) => new(author.Value, new MessageContent(text));

    public Task<List<TRow>> Rows<TKey, TRow>(Table<TKey, TRow> table, string where = "true")
        where TKey : notnull
        where TRow : class => Database.Rows(table, where);
}
