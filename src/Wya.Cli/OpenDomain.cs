using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Cli;

/// <summary>One domain's database, found to be there and migrated.</summary>
internal sealed class OpenDomain : IAsyncDisposable
{
    private readonly Surroundings here;
    private readonly LogDatabase[] followed;
    private PostgresEventStore? store;

    private OpenDomain(Surroundings here, DomainDefinition definition, LogDatabase log, LogKeys? keys)
    {
        Definition = definition;
        Log = log;
        this.here = here;
        followed = [.. definition.Subscriptions.Select(subscription => subscription.Source).Concat(definition.Followers.Select(follower => follower.Source))
            .Select(name => here.Domains.Single(domain => domain.Name == name))
            .Select(source => new LogDatabase(source.Domain, Settings.Connection(here, source.Name).ConnectionString, source.Types, keys: keys, name: source.Name))];
        Consumers =
        [
            .. definition.ReadModels.Where(model => !model.Inline).Select(model => Consumer.Of(model, log)),
            .. definition.Subscriptions.Zip(followed, (subscription, source) => Consumer.Of(subscription.Model, source, log)),
            .. definition.Followers.Zip(followed.Skip(definition.Subscriptions.Count), (follower, source) =>
                Consumer.Of(follower.Name, source, log, follower.Handle(new InMemoryEventStore(definition.Types, here.Clock), log), opens: false)), // only dry runs call it
        ];
    }

    public DomainDefinition Definition { get; }

    public string Name => Definition.Name;

    public LogDatabase Log { get; }

    /// <summary>What the daemon keeps up to date; the rest is written by the appends themselves.</summary>
    public IReadOnlyList<Consumer> Consumers { get; }

    public PostgresEventStore Store => store ??= new PostgresEventStore(Log, here.Clock);

    public Rebuilds Rebuilds => new(Log, Definition.ReadModels, here.Clock);

    /// <summary>The log that a read model of this domain is folded from: its own, or the one that it follows.</summary>
    public LogDatabase OpenSource(ReadModel model)
    {
        LogDatabase source = Consumers.FirstOrDefault(consumer => consumer.Model == model)?.Source ?? Log;
        return new LogDatabase(source.Domain, Settings.Connection(here, source.Name).ConnectionString, source.Types, name: source.Name);
    }

    /// <summary>One domain, or all of them when none is named.</summary>
    /// <param name="opensSealed">For what folds as the daemon does: with the keys, if the environment has them. Nothing that is shown is opened.</param>
    public static async Task<OpenDomains> Open(Surroundings here, string? name, CancellationToken ct, bool opensSealed = false)
    {
        var open = new OpenDomains(opensSealed ? ReadKeys.Find(here) : null);
        try
        {
            foreach (DomainDefinition definition in here.Domains.Where(domain => name is null || domain.Name == name))
            {
                var log = new LogDatabase(
                    definition.Domain, Settings.Connection(here, definition.Name).ConnectionString, definition.Types, keys: open.Keys?.ForLogs, name: definition.Name);
                var domain = new OpenDomain(here, definition, log, open.Keys?.ForLogs);
                open.Add(domain);
                await domain.RefuseUnmigrated(ct).ConfigureAwait(false);
            }

            return open;
        }
        catch
        {
            await open.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync().ConfigureAwait(false);
        }

        foreach (LogDatabase source in followed)
        {
            await source.DisposeAsync().ConfigureAwait(false);
        }

        await Log.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RefuseUnmigrated(CancellationToken ct)
    {
        try
        {
            await using NpgsqlCommand command = Log.DataSource.CreateCommand($"select position from {Log.LogSchema}.wya_log_head");
            await command.ExecuteScalarAsync(ct).ConfigureAwait(false);
        }
        catch (NpgsqlException failure)
        {
            throw new VerbRefusedException(Failures.Sentence(failure, Name), cause: failure);
        }
    }
}
