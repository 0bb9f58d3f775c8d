namespace Wya.EventStore;

/// <summary>
/// A kind of stream: its stored name, the state of an empty stream, and how a fact changes the state.
/// <paramref name="evolve"/> never refuses and never forgets; state must stay bounded however long the stream grows.
/// </summary>
/// <param name="name">Stored in <c>mt_streams.type</c>; part of the storage format.</param>
/// <param name="claims">
/// Names that the event takes for ever and that no other stream may hold, such as a handle's skeleton.
/// They are taken in the append's own transaction; the append fails alone with <see cref="AppendOutcome.ClaimTaken"/>.
/// </param>
/// <param name="passing">
/// What the names of events begin with that never change the state (<c>message.</c>); null when every event may. They are
/// passed over when the state is loaded, and a decision is not disturbed by those that others record meanwhile: so a stream
/// may hold millions of them, written from many places.
/// </param>
public sealed class StreamType<TState, TEvent>(
    string name,
    TState initial,
    Func<TState, TEvent, TState> evolve,
    Func<TEvent, IEnumerable<string>>? claims = null,
    string? passing = null)
    where TState : class
    where TEvent : class
{
    public string Name { get; } = name;

    public TState Initial { get; } = initial;

    public Func<TState, TEvent, TState> Evolve { get; } = evolve;

    public Func<TEvent, IEnumerable<string>>? Claims { get; } = claims;

    public string? Passing { get; } = passing is null || passing.All(letter => char.IsAsciiLetterLower(letter) || letter is '.')
        ? passing
        : throw new ArgumentException("Names of events are lower-case letters and dots.", nameof(passing));

    public TState Fold(TState state, IEnumerable<TEvent> events) => events.Aggregate(state, Evolve);
}
