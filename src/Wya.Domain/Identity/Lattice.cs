using System.Collections.Frozen;
using System.Globalization;
using Wya.Domain.Identity.Events;

namespace Wya.Domain.Identity;

/// <summary>
/// What a person may do at a moment: the base of their age layer, with what was granted, what trust earns and what the
/// context gives as far as the layer allows it, less what is restricted; nothing at all while they are barred. What gives
/// is added up, and what takes away always wins.
/// </summary>
public static class Lattice
{
    private static readonly FrozenSet<string> Nowhere = [];

    /// <param name="contextual">What the caller holds in the place asked about, as its owner or participant.</param>
    public static FrozenSet<string> Effective(Standing standing, DateTimeOffset now, IReadOnlySet<string>? contextual = null)
    {
        if (standing.IsBarred(now))
        {
            return [];
        }

        LayerPolicy layer = LayerPolicy.For(standing.AgeLayer);
        IEnumerable<string> earned = TrustPolicy.Table
            .Where(row => standing.AgeLayer >= row.YoungestLayer && standing.Trust >= row.TrustMin)
            .Select(row => row.Capability);
        IEnumerable<string> beyond = standing.Granted.Keys.Concat(earned).Concat(contextual ?? Nowhere).Where(layer.MayHold);
        return layer.Base.Concat(beyond).Where(capability => !standing.IsRestricted(capability, now)).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <param name="contextual">As for <see cref="Effective"/>.</param>
    public static Explanation Explain(
        Standing standing, string capability, DateTimeOffset now, IReadOnlySet<string>? contextual = null)
    {
        List<Ground> grounds = Grounds(standing, capability, contextual ?? Nowhere);
        List<(Block Block, Unlock Unlock)> blocks = Blocks(standing, capability, grounds.Count > 0, now);
        bool comesWithAge = blocks.Any(one => one.Block.Code == Block.AgeLayer);
        return new Explanation(
            capability,
            Held: grounds.Count > 0 && blocks.Count == 0,
            grounds,
            [.. blocks.Select(one => one.Block)],
            [.. blocks.Select(one => one.Unlock), .. grounds.Count > 0 || comesWithAge ? [] : Ways(standing, capability)]);
    }

    private static List<Ground> Grounds(Standing standing, string capability, IReadOnlySet<string> contextual)
    {
        List<Ground> grounds = [];
        if (LayerPolicy.For(standing.AgeLayer).Base.Contains(capability))
        {
            grounds.Add(new Ground(Ground.AgeLayer, "Everybody of your age has it."));
        }

        if (standing.Granted.TryGetValue(capability, out DateTimeOffset since))
        {
            grounds.Add(new Ground(Ground.Granted, $"It was granted to you on {Day(since)}.", since));
        }

        if (TrustPolicy.For(capability, standing.AgeLayer) is { } earned && standing.Trust >= earned.TrustMin)
        {
            grounds.Add(new Ground(Ground.Trust, $"Your trust score of {Score(standing.Trust)} earns it; {Score(earned.TrustMin)} is enough."));
        }

        if (contextual.Contains(capability))
        {
            grounds.Add(new Ground(Ground.Context, "Your part in this place gives it to you."));
        }

        return grounds;
    }

    private static List<(Block Block, Unlock Unlock)> Blocks(Standing standing, string capability, bool isGiven, DateTimeOffset now)
    {
        List<(Block Block, Unlock Unlock)> blocks = [];
        if (standing.IsBanned)
        {
            blocks.Add((new Block(Block.Banned, "You are banned."), new Unlock(Unlock.BanLifted, "A moderator can lift the ban.")));
        }

        if (standing.SuspendedUntil is { } end && now < end)
        {
            blocks.Add((
                new Block(Block.Suspended, $"You are suspended until {Moment(end)}.", end),
                new Unlock(Unlock.SuspensionEnds, $"The suspension ends by itself on {Moment(end)}; a moderator can lift it earlier.", end)));
        }

        if (standing.ErasureDueAt is { } due)
        {
            blocks.Add((
                new Block(Block.ErasurePending, $"You have asked for your account to be erased on {Moment(due)}; until then it rests."),
                new Unlock(Unlock.ErasureCancelled, "You can take back the erasure of your account.")));
        }

        if (standing.IsRestricted(capability, now))
        {
            blocks.Add(standing.Restricted[capability] is { } until
                ? (new Block(Block.Restricted, $"It was taken from you until {Moment(until)}.", until),
                    new Unlock(Unlock.RestrictionEnds, $"It comes back by itself on {Moment(until)}; a moderator can give it back earlier.", until))
                : (new Block(Block.Restricted, "It was taken from you until a moderator gives it back."),
                    new Unlock(Unlock.RestrictionLifted, "A moderator can give it back.")));
        }

        if (!LayerPolicy.For(standing.AgeLayer).MayHold(capability))
        {
            blocks.Add((new Block(Block.AgeLayer, "Nobody of your age can have it."), new Unlock(Unlock.Older, WithAge(standing, capability, isGiven))));
        }

        return blocks;
    }

    /// <summary>How somebody who has nothing of it, in a layer that allows it, can come by it.</summary>
    private static List<Unlock> Ways(Standing standing, string capability)
    {
        var grant = new Unlock(Unlock.Grant, "An operator can grant it to you.");
        return TrustPolicy.For(capability, standing.AgeLayer) is { } earned
            ? [
                new Unlock(Unlock.Trust, $"It comes by itself with a trust score of {Score(earned.TrustMin)}; yours is {Score(standing.Trust)}."),
                grant,
            ]
            : [grant];
    }

    private static string WithAge(Standing standing, string capability, bool isGiven)
    {
        foreach ((AgeLayer layer, int age) in new[] { (AgeLayer.Transitional, AgePolicy.TransitionalAge), (AgeLayer.Adult, AgePolicy.AdultAge) })
        {
            LayerPolicy policy = LayerPolicy.For(layer);
            if (layer > standing.AgeLayer && policy.MayHold(capability))
            {
                return isGiven || policy.Base.Contains(capability)
                    ? $"You have it from the age of {age} on."
                    : $"It can be granted to you from the age of {age} on.";
            }
        }

        return "Nobody can have it any more.";
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture) + " UTC";

    private static string Score(double trust) => trust.ToString("0.###", CultureInfo.InvariantCulture);
}
