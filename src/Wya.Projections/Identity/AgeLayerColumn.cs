using Wya.Domain.Identity.Events;

namespace Wya.Projections.Identity;

/// <summary>The age layer as the database's enum <c>age_layer</c> spells it.</summary>
internal static class AgeLayerColumn
{
    public static string Write(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => "minor",
        AgeLayer.Transitional => "transitional",
        AgeLayer.Adult => "adult",
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };

    public static AgeLayer Read(string stored) => stored switch
    {
        "minor" => AgeLayer.Minor,
        "transitional" => AgeLayer.Transitional,
        "adult" => AgeLayer.Adult,
        _ => throw new InvalidOperationException($"Unknown age layer '{stored}'."),
    };
}
