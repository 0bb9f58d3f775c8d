using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Whom a case concerns, and under which pseudonym what is said of them is sealed.</summary>
public sealed record ConcernedPerson(UserId Id, Guid Ref)
{
    public Sensitive<T> Seal<T>(T value)
        where T : notnull => new(Ref, value);
}

/// <summary>Who decides, by id and by the pseudonym under which decisions name them.</summary>
public sealed record Moderator(UserId Id, Guid Ref);

/// <summary>What a moderator has to do with the person of a case.</summary>
/// <param name="AreTied">They are friends, or one has blocked the other.</param>
/// <param name="HasReported">Now or ever, in this case.</param>
public sealed record ModeratorTies(bool AreTied, bool HasReported);

/// <summary>Who must not see or decide a case: not one's own, not of those one is tied to, not where one has taken part.</summary>
public static class ConflictOfInterest
{
    public static bool Exists(UserId moderator, UserId person, ModeratorTies ties) =>
        moderator == person || ties.AreTied || ties.HasReported;
}

/// <summary>One moderator at a time decides a case.</summary>
public static class Lease
{
    /// <returns>Null when it is theirs.</returns>
    public static Refusal? Refuse(Case state, Moderator moderator, DateTimeOffset now) => state.ClaimantAt(now) switch
    {
        null => SafetyRefusals.CaseNotClaimed,
        { } claimant when claimant != moderator.Ref => SafetyRefusals.CaseClaimedByOther,
        _ => null,
    };
}

internal static class Words
{
    public static bool AreValid(string words) => !string.IsNullOrWhiteSpace(words) && words.Length <= SafetyPolicy.WordsCharactersMax;
}
