namespace Wya.Domain.Identity;

/// <summary>Why a person may do a thing or may not, and what would change that. Codes are published and never change their meaning.</summary>
/// <param name="Held">Something gives it, and nothing stands in the way.</param>
/// <param name="GivenBy">All that gives it, also while something else stands in the way.</param>
/// <param name="BlockedBy">All that stands in the way.</param>
/// <param name="UnlockedBy">One step for each block and, when nothing gives it, each way to get it; empty while it is held.</param>
public sealed record Explanation(
    string Capability,
    bool Held,
    IReadOnlyList<Ground> GivenBy,
    IReadOnlyList<Block> BlockedBy,
    IReadOnlyList<Unlock> UnlockedBy)
{
    /// <summary>The most important of it, in one sentence.</summary>
    public string Summary => this switch
    {
        { Held: true } => $"You may do this. {GivenBy[0].Sentence}",
        { BlockedBy: [var first, ..] } => $"You may not do this now. {first.Sentence}",
        _ => "You may not do this yet. Nothing gives it to you so far.",
    };
}

/// <param name="Code">One of the constants here.</param>
/// <param name="Sentence">For the person concerned.</param>
/// <param name="Since">Where it is known.</param>
public sealed record Ground(string Code, string Sentence, DateTimeOffset? Since = null)
{
    public const string AgeLayer = "age_layer";
    public const string Granted = "granted";
    public const string Trust = "trust";
    public const string Context = "context";
}

/// <param name="Code">One of the constants here.</param>
/// <param name="Sentence">For the person concerned; the reason that somebody gave is told beside it.</param>
/// <param name="Until">When it ends by itself, if it does.</param>
public sealed record Block(string Code, string Sentence, DateTimeOffset? Until = null)
{
    public const string Banned = "banned";
    public const string Suspended = "suspended";
    public const string ErasurePending = "erasure_pending";
    public const string Restricted = "restricted";
    public const string AgeLayer = "age_layer";
}

/// <param name="Code">One of the constants here.</param>
/// <param name="Sentence">For the person concerned.</param>
/// <param name="At">When it comes by itself, if it does and the time is known.</param>
public sealed record Unlock(string Code, string Sentence, DateTimeOffset? At = null)
{
    public const string BanLifted = "ban_lifted";
    public const string SuspensionEnds = "suspension_ends";
    public const string ErasureCancelled = "erasure_cancelled";
    public const string RestrictionEnds = "restriction_ends";
    public const string RestrictionLifted = "restriction_lifted";
    public const string Older = "older";
    public const string Grant = "grant";
    public const string Trust = "trust";
}
