using System.Collections.Frozen;
using Wya.Domain.Identity.Events;

namespace Wya.Domain.Identity;

/// <summary>What an age layer gives, and what it allows to be granted beyond that. Protective by default.</summary>
/// <param name="Base">Capabilities that everybody in the layer has.</param>
/// <param name="Grantable">Capabilities that a person of the layer may be granted; nothing else, by anyone.</param>
public sealed record LayerPolicy(FrozenSet<string> Base, FrozenSet<string> Grantable)
{
    private static readonly LayerPolicy Minor = new(
        Base: [Capability.ChatPrivate, Capability.RoomCreate],
        Grantable: [Capability.ChatGroup, Capability.DiscoveryProfiles, Capability.RoomCustomizeCss]);

    private static readonly LayerPolicy Transitional = new(
        Base: [Capability.ChatPrivate, Capability.ChatGroup, Capability.RoomCreate, Capability.DiscoveryProfiles],
        Grantable: [Capability.RoomCustomizeCss, Capability.Moderate, Capability.Operate, Capability.Analyse]);

    private static readonly LayerPolicy Adult = Transitional;

    public static LayerPolicy For(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => Minor,
        AgeLayer.Transitional => Transitional,
        AgeLayer.Adult => Adult,
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };

    /// <summary>By right of the layer, or by a grant.</summary>
    public bool MayHold(string capability) => Base.Contains(capability) || Grantable.Contains(capability);
}
