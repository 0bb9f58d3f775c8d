namespace Wya.EventStore;

/// <summary>
/// What a command comes to: the facts to record (none, when everything asked for is already so), or one refusal.
/// A rule is never an exception, and a bug is never a refusal.
/// </summary>
public readonly struct Decision<TEvent>
    where TEvent : class
{
    private readonly IReadOnlyList<TEvent>? events;

    private Decision(IReadOnlyList<TEvent>? events, Refusal? refusal)
    {
        this.events = events;
        Refusal = refusal;
    }

    public IReadOnlyList<TEvent> Events => events ?? [];

    public Refusal? Refusal { get; }

    /// <summary>Everything asked for is already so: nothing to record, and the command succeeds.</summary>
    public static Decision<TEvent> Nothing => default;

    public static Decision<TEvent> Record(params IReadOnlyList<TEvent> events) => new(events, null);

    public static implicit operator Decision<TEvent>(TEvent fact) => new([fact], null);

    public static implicit operator Decision<TEvent>(Refusal refusal) => new(null, refusal);
}

/// <summary>A command that a rule turned down.</summary>
/// <param name="Code">Stable kebab-case name, the last part of the problem's type: <c>handle-taken</c>.</param>
/// <param name="Reason">One plain sentence for the person who asked, without ids and without personal data.</param>
/// <param name="Kind">Which HTTP status it becomes.</param>
public sealed record Refusal(string Code, string Reason, RefusalKind Kind);

public enum RefusalKind
{
    /// <summary>422: understood, but against a rule on the values themselves.</summary>
    Invalid,

    /// <summary>403: the caller may not.</summary>
    Forbidden,

    /// <summary>404: it does not exist, or the caller may not know that it does.</summary>
    NotFound,

    /// <summary>409: against the present state.</summary>
    Conflict,
}
