using System.Text.Json;
using Wya.Domain.Identity;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>One capability, explained to the person concerned.</summary>
/// <param name="Capability">Its name.</param>
/// <param name="Meaning">What it lets a person do.</param>
/// <param name="Held">Whether you may do it now.</param>
/// <param name="Summary">The most important of what follows, in plain words.</param>
/// <param name="GivenBy">All that gives it, also while something else stands in the way.</param>
/// <param name="BlockedBy">All that stands in the way.</param>
/// <param name="UnlockedBy">What would have to happen; empty while it is held.</param>
internal sealed record CapabilityAnswer(
    string Capability,
    string Meaning,
    bool Held,
    string Summary,
    IReadOnlyList<Ground> GivenBy,
    IReadOnlyList<CapabilityAnswer.Obstacle> BlockedBy,
    IReadOnlyList<Unlock> UnlockedBy)
{
    /// <param name="Code">banned, suspended, erasure_pending, restricted or age_layer.</param>
    /// <param name="Sentence">In plain words.</param>
    /// <param name="Until">When it ends by itself, if it does.</param>
    /// <param name="Reason">What was given as the reason, if somebody decided it.</param>
    internal sealed record Obstacle(string Code, string Sentence, DateTimeOffset? Until = null, string? Reason = null);

    public static async Task<CapabilityAnswer> Of(
        LogDatabase identity, PersonStanding person, string capability, DateTimeOffset now, CancellationToken ct)
    {
        Explanation explanation = Lattice.Explain(person.Standing, capability, now);
        List<Obstacle> obstacles = [];
        foreach (Block block in explanation.BlockedBy)
        {
            string? reason = await Reason(identity, person, block.Code, capability, ct).ConfigureAwait(false);
            obstacles.Add(new Obstacle(block.Code, block.Sentence, block.Until, reason));
        }

        return new CapabilityAnswer(
            capability,
            CapabilityMeaning.Of(capability),
            explanation.Held,
            explanation.Summary,
            explanation.GivenBy,
            obstacles,
            explanation.UnlockedBy);
    }

    /// <summary>Sealed in the read model as in the event; opened for the person alone.</summary>
    private static async Task<string?> Reason(
        LogDatabase identity, PersonStanding person, string block, string capability, CancellationToken ct)
    {
        string? kept = block switch
        {
            Block.Banned => person.BanReason,
            Block.Suspended => person.SuspensionReason,
            Block.Restricted => person.RestrictionReasons.GetValueOrDefault(capability),
            _ => null,
        };
        if (!SealedToken.TryParse(kept, out SealedToken? token))
        {
            return null;
        }

        byte[]? opened = await identity.Seals.Open(token, person.User.Id.Value, ct).ConfigureAwait(false);
        return opened is null ? null : JsonSerializer.Deserialize<string>(opened, EventJson.Options);
    }
}
