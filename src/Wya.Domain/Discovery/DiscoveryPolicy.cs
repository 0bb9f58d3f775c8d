using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;

namespace Wya.Domain.Discovery;

/// <summary>
/// What an age layer means for finding and being found. Everybody finds their own layer alone, and every rule here comes on
/// top of that. Protective by default.
/// </summary>
/// <param name="Widest">Nobody is found by a wider circle, or finds one, whatever they choose or may.</param>
public sealed record DiscoveryPolicy(FindableBy Widest)
{
    /// <summary>At a time; there is nothing behind them.</summary>
    public const int ResultsMax = 20;

    private static readonly DiscoveryPolicy Minor = new(FindableBy.FriendsOfFriends);
    private static readonly DiscoveryPolicy Older = new(FindableBy.Everybody);

    public static DiscoveryPolicy For(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => Minor,
        AgeLayer.Transitional or AgeLayer.Adult => Older,
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };

    public FindableBy AtMost(FindableBy circle) => circle < Widest ? circle : Widest;
}
