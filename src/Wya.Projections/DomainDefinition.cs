using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <summary>What a domain keeps: its events, and everything derived from them in its own database.</summary>
/// <param name="Name">Lower case; the name of its database, and of the domain unless it is one of several that a domain has.</param>
/// <param name="PersonalData">What of it is about people: what they can export, and what their erasure does.</param>
/// <param name="PrepareSql">
/// What the tables need beforehand, such as enum types, and tables that are no read models; safe to repeat. Run by the
/// owner; <c>{app}</c> is the application's role, <c>{log}</c> the log's schema.
/// </param>
public sealed record DomainDefinition(
    string Name, EventTypeMap Types, IReadOnlyList<ReadModel> ReadModels, IPersonalData PersonalData, string PrepareSql = "")
{
    /// <summary>Whose events it holds, and what these name as their source.</summary>
    public string Domain { get; init; } = Name;

    /// <summary>Which of the domain's logs it is, from 0.</summary>
    public int Partition { get; init; }

    /// <summary>How many logs the domain has.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>What it keeps of other domains, by following their events.</summary>
    public IReadOnlyList<Subscription> Subscriptions { get; init; } = [];

    /// <summary>What it answers events with events of its own by.</summary>
    public IReadOnlyList<Follower> Followers { get; init; } = [];

    /// <summary>No change of its log may pass unseen: every event is chained over its stored bytes.</summary>
    public bool IsChained { get; init; }

    /// <summary>Everything that is derived and kept here, whichever log it follows.</summary>
    public IEnumerable<ReadModel> Kept => ReadModels.Concat(Subscriptions.Select(subscription => subscription.Model));
}

/// <summary>Rows of this domain that are folded from another domain's log: nobody reads another domain's tables.</summary>
/// <param name="Source">The other domain's name.</param>
/// <param name="Model">Not inline; its name is unique in the system.</param>
/// <param name="Enforces">What is forbidden by it holds everywhere only once these rows say so.</param>
public sealed record Subscription(string Source, ReadModel Model, bool Enforces = true);

/// <summary>
/// Answers events of a log, another domain's or its own, with events of this domain. It may see an event again, so what it
/// appends has an id that derives from what it answers: the log takes it once.
/// </summary>
/// <param name="Source">Whose log it follows.</param>
/// <param name="Name">CamelCase, unique in the system.</param>
/// <param name="Handle">What it does, given this domain's log to append to, and its database.</param>
/// <param name="Enforces">What is decided in the other domain holds everywhere only once this one has answered it, and who follows this one has taken that.</param>
/// <param name="Opens">It needs a sealed value; without this it is shown none.</param>
public sealed record Follower(
    string Source, string Name, Func<IEventStore, LogDatabase, Handling> Handle, bool Enforces = false, bool Opens = false)
{
    /// <summary>One that is handed its events one by one.</summary>
    public Follower(string source, string name, Func<IEventStore, LogDatabase, HandleEvent> each, bool Enforces = false, bool Opens = false)
        : this(source, name, (store, database) => Handling.Each(each(store, database)), Enforces, Opens)
    {
    }
}
