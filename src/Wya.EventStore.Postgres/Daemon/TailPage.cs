namespace Wya.EventStore.Postgres;

/// <summary>Consecutive events of a log, in order, with their sealed values still sealed.</summary>
/// <param name="From">The position before the first.</param>
/// <param name="To">The last position that the page accounts for; archived events are accounted for and left out.</param>
/// <param name="Events">Every event between the two that this build can read.</param>
/// <param name="Unreadable">Positions of those that it cannot: a newer build beside this one has written them.</param>
public sealed record TailPage(long From, long To, IReadOnlyList<RecordedEvent> Events, IReadOnlyList<long> Unreadable)
{
    /// <summary>What was left out, because it is a copy: where the last one from each log was recorded.</summary>
    public IReadOnlyDictionary<string, long> CopiedUpTo { get; init; } = new Dictionary<string, long>();
}
