namespace Wya.EventStore.Postgres;

/// <summary>Who changes something in the running of the system, and why. Every verb takes one, and records it.</summary>
/// <param name="Actor">A person's id, or on the command line what <c>--actor</c> says.</param>
/// <param name="Reason">May be empty where a verb does not ask for one.</param>
public sealed record Operator(string Actor, string Reason = "")
{
    public const int ReasonLengthMax = 1_000;

    /// <summary>Somebody, for a reason that fits.</summary>
    public bool IsNamed => !string.IsNullOrWhiteSpace(Actor) && Reason.Length <= ReasonLengthMax;

    /// <summary>And a reason is given.</summary>
    public bool SaysWhy => IsNamed && !string.IsNullOrWhiteSpace(Reason);

    public static implicit operator Operator(string actor) => new(actor);
}

/// <summary>Why a verb is turned down, whatever it is about.</summary>
public static class OperatorRefusals
{
    public static Refusal ReasonMissing { get; } = new(
        "reason-required", $"A decision needs an actor and a reason of 1 to {Operator.ReasonLengthMax} characters.", RefusalKind.Invalid);

    public static Refusal NothingChanged { get; } = new(
        "nothing-changed", "It is so already, or it has never run; nothing was changed.", RefusalKind.Conflict);

    public static Refusal WrittenByAppends { get; } = new(
        "written-by-appends", "This read model is written by the appends themselves: it cannot be paused, and sets nothing aside.", RefusalKind.Conflict);

    public static Refusal CannotBeTried { get; } = new(
        "cannot-be-tried", "What this consumer does cannot be undone by a transaction, so it cannot be tried.", RefusalKind.Conflict);

    public static Refusal CacheNotKept { get; } = new(
        "cache-not-kept", "This system keeps no such cache, so there is nothing to rebuild.", RefusalKind.Conflict);

    public static Refusal NothingToRebuild { get; } = new(
        "nothing-to-rebuild", "Everything in the cache is there and says what the rows say; nothing was changed.", RefusalKind.Conflict);

    public static Refusal NothingPasses { get; } = new(
        "nothing-passes", "None of the parked streams would go through with this code; nothing was released.", RefusalKind.Conflict);

    public static Refusal NothingParked { get; } = new("nothing-parked", "No such stream is parked.", RefusalKind.NotFound);
}
