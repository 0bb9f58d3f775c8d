namespace Wya.EventStore.Postgres;

/// <summary>
/// How what follows a log takes its events: one by one, or a page at once. What a log has taken from another is handled where
/// it was recorded, and nowhere else.
/// </summary>
public sealed class Handling
{
    private Handling(Func<DaemonOptions, IWork> newWork) => NewWork = newWork;

    internal Func<DaemonOptions, IWork> NewWork { get; }

    /// <summary>Each by itself, in order.</summary>
    public static Handling Each(HandleEvent handle) => new(options => new HandledEvents(recorded => recorded.Metadata.IsCopy ? null : handle(recorded), options));

    /// <summary>A run at once, in order: where one statement does for many.</summary>
    /// <param name="concerns">Which events it is handed; must not throw.</param>
    public static Handling Pages(Func<RecordedEvent, bool> concerns, HandleEvents handle) =>
        new(options => new HandledPages(recorded => !recorded.Metadata.IsCopy && concerns(recorded), handle, options));
}
