using Wya.Domain.Identity.Events;

namespace Wya.Domain.Identity;

/// <summary>What trust earns by itself. It only ever gives: no score takes a capability away.</summary>
public static class TrustPolicy
{
    /// <summary>Where everybody starts, and what is assumed of whoever is not known.</summary>
    public const double Neutral = 0.5;

    /// <param name="TrustMin">The score from which the capability is held, 0 to 1.</param>
    /// <param name="YoungestLayer">Younger people do not earn it.</param>
    public sealed record Earned(string Capability, double TrustMin, AgeLayer YoungestLayer);

    public static IReadOnlyList<Earned> Table { get; } =
    [
        new(Capability.RoomCustomizeCss, TrustMin: 0.7, AgeLayer.Transitional),
    ];

    /// <summary>How the capability can be earned in this layer; null when it cannot.</summary>
    public static Earned? For(string capability, AgeLayer layer) =>
        Table.FirstOrDefault(earned => earned.Capability == capability && layer >= earned.YoungestLayer);
}
