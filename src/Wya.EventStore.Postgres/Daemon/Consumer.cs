using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What is to be done about an event; null when it does not concern the handler, and then nothing is asked of the database.</summary>
public delegate Effect? HandleEvent(RecordedEvent recorded);

/// <summary>
/// The effect of one event, written through the transaction and nowhere else: it may run again after a failure, and only
/// what is in the transaction is then undone.
/// </summary>
public delegate Task Effect(NpgsqlTransaction transaction, CancellationToken ct);

/// <summary>
/// The effect of a run of events, in order. What it writes elsewhere than through the transaction may be written again,
/// and must then change nothing.
/// </summary>
public delegate Task HandleEvents(IReadOnlyList<RecordedEvent> recorded, NpgsqlTransaction transaction, CancellationToken ct);

/// <summary>
/// Something that follows a log and keeps its position in its own database, in one transaction with what it writes.
/// A projection's source and target are one database; a subscription reads another domain's log.
/// </summary>
public sealed class Consumer
{
    private readonly Func<DaemonOptions, IWork> newWork;

    private Consumer(string name, string progressionName, LogDatabase source, LogDatabase target, ReadModel? model, Func<DaemonOptions, IWork> newWork)
    {
        Name = name;
        ProgressionName = progressionName;
        Source = source;
        Target = target;
        Model = model;
        this.newWork = newWork;
    }

    /// <summary>CamelCase, and unique among the consumers of a process.</summary>
    public string Name { get; }

    /// <summary>The name of its row in <c>mt_event_progression</c>.</summary>
    public string ProgressionName { get; }

    /// <summary>The log that it follows.</summary>
    public LogDatabase Source { get; }

    /// <summary>The database that holds its position, its rows and its parked streams.</summary>
    public LogDatabase Target { get; }

    /// <summary>The tables that it fills; null for one that handles events one by one.</summary>
    public ReadModel? Model { get; }

    /// <summary>False for who needs no sealed value: they stay sealed, and no key is fetched for it.</summary>
    public bool Opens { get; private init; } = true;

    /// <summary>Raised in this process when its position moves.</summary>
    public LogSignal Progress { get; } = new();

    /// <summary>Folds a log into tables.</summary>
    /// <param name="target">Another domain's database for a subscription; by default the log's own.</param>
    public static Consumer Of(ReadModel model, LogDatabase source, LogDatabase? target = null) =>
        model.Inline
            ? throw new ArgumentException($"{model.Name} is written by the append itself.", nameof(model))
            : new Consumer(
                model.Name, model.ProgressionName, source, target ?? source, model, options => new FoldedTables(model, (target ?? source).ReadSchema, options));

    /// <summary>
    /// Handles events one by one, in order, each exactly once in what the transaction holds. What a log has taken from another
    /// is handled where it was recorded.
    /// </summary>
    public static Consumer Of(string name, LogDatabase source, LogDatabase target, HandleEvent handle, bool opens = true) =>
        Of(name, source, target, Handling.Each(handle), opens);

    /// <summary>The same, however it wants to be handed them.</summary>
    public static Consumer Of(string name, LogDatabase source, LogDatabase target, Handling handling, bool opens = true) =>
        new(name, $"{name}:All", source, target, null, handling.NewWork) { Opens = opens };

    /// <summary>Handles events by the page, each at least once: for what is kept outside the database. Copies as above.</summary>
    /// <param name="concerns">Which events it is handed; must not throw.</param>
    public static Consumer OfPages(string name, LogDatabase source, LogDatabase target, Func<RecordedEvent, bool> concerns, HandleEvents handle, bool opens = true) =>
        Of(name, source, target, Handling.Pages(concerns, handle), opens);

    internal IWork NewWork(DaemonOptions options) => newWork(options);
}
