using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Api.Http;

/// <summary>One domain as this process reaches it: its database, its log, and what follows its log.</summary>
internal abstract class OpenDomain : IAsyncDisposable
{
    private readonly Positions positions = new(Limits.PositionWaitersMax);
    private readonly Positions hearing = new(Limits.PositionWaitersMax);
    private readonly TimeProvider clock;

    /// <param name="answers">What its followers append to; its own log unless it is one of several.</param>
    protected OpenDomain(string name, LogDatabases databases, TimeProvider clock, IEventStore? answers = null)
    {
        this.clock = clock;
        PositionWait = databases.PositionWait;
        DomainDefinition definition = databases.Definition(name);
        Definition = definition;
        Database = databases[definition.Name];
        Store = new PostgresEventStore(Database, clock, definition.ReadModels.Where(model => model.Inline));
        Consumers =
        [
            .. definition.ReadModels.Where(model => !model.Inline).Select(model => Consumer.Of(model, Database)),
            .. definition.Subscriptions.Select(followed => Consumer.Of(followed.Model, databases[followed.Source], Database)),
            .. definition.Followers.Select(follower =>
                Consumer.Of(follower.Name, databases[follower.Source], Database, follower.Handle(answers ?? Store, Database), follower.Opens)),
        ];
        Relay = databases.RelayOf(definition.Name);
    }

    public string Name => Definition.Name;

    /// <summary>A place in its log, as answers carry it.</summary>
    public LogPosition At(long position) => new(Definition.Domain, position, Definition.Partition);

    public DomainDefinition Definition { get; }

    public LogDatabase Database { get; }

    public PostgresEventStore Store { get; }

    /// <summary>How long a request waits for rows to hold what it depends on.</summary>
    public TimeSpan PositionWait { get; }

    /// <summary>What keeps the asynchronous read models, and what this domain keeps of others, wherever it runs.</summary>
    public IReadOnlyList<Consumer> Consumers { get; }

    /// <summary>What nothing rests on, and nobody waits for: copies that are kept elsewhere, and scans.</summary>
    public virtual IReadOnlyList<Consumer> Caches => [];

    /// <summary>What publishes the log to an external one; null when nothing does.</summary>
    public Consumer? Relay { get; }

    /// <summary>Everything that follows a log here, whoever waits for it.</summary>
    public IEnumerable<Consumer> Everything => [.. Consumers, .. Caches, .. Relay is null ? [] : new[] { Relay }];

    /// <summary>As those see it who export or erase what it holds on a person.</summary>
    public virtual HeldBy Held => new(Database, Store, Definition.ReadModels, Consumers, clock);

    public ReadModelFreshness Freshness(string readModel) =>
        new(Consumers.Concat(Caches).Single(consumer => consumer.Name == readModel), positions, PositionWait, clock);

    /// <summary>Somebody may have registered a moment ago: waits, a moment only, until these have heard of everybody.</summary>
    /// <param name="followers">By name, of what follows other domains here.</param>
    /// <returns>False when they have not in time, or what they follow is away.</returns>
    public async Task<bool> HasHeard(CancellationToken ct, params string[] followers)
    {
        foreach (string name in followers)
        {
            Consumer follower = Consumers.Single(consumer => consumer.Name == name);
            try
            {
                long head = await Positions.Head(follower, ct).ConfigureAwait(false);
                if ((await hearing.WaitFor(follower, head, PositionWait, ct).ConfigureAwait(false)).Result != WaitResult.Reached)
                {
                    return false;
                }
            }
            catch (Exception away) when (Faults.IsTransient(away))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes what is waiting.</summary>
    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
