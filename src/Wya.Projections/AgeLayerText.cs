using Wya.Domain.Identity.Events;

namespace Wya.Projections;

/// <summary>Age layers, as the tables of domains hold them that follow identity.</summary>
internal static class AgeLayerText
{
    public static string Of(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => "minor",
        AgeLayer.Transitional => "transitional",
        AgeLayer.Adult => "adult",
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };

    public static AgeLayer Read(string text) => text switch
    {
        "minor" => AgeLayer.Minor,
        "transitional" => AgeLayer.Transitional,
        "adult" => AgeLayer.Adult,
        _ => throw new ArgumentOutOfRangeException(nameof(text)),
    };
}
