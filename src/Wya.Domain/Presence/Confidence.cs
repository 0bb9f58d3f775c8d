using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

public enum PositionSource
{
    Ip,
    Manual,
    Wifi,
    Gps,
}

/// <summary>
/// How far a position is believed, from 0 to 1, and how closely it is told for that. Doubt makes a place coarser and never
/// bars anybody: who is wrongly doubted loses sharpness, and who deceives gains nothing.
/// </summary>
public static class Confidence
{
    public const double UnverifiedDevice = 0.8;

    /// <summary>From this speed on a jump is doubted; an airliner is slower.</summary>
    public const double ImpossibleMetresPerSecond = 300;

    public static readonly TimeSpan HalvedAfter = TimeSpan.FromMinutes(30);

    public static double Of(PositionSource source) => source switch
    {
        PositionSource.Gps => 0.9,
        PositionSource.Wifi => 0.7,
        PositionSource.Manual => 0.6,
        PositionSource.Ip => 0.4,
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, null),
    };

    public static double Aged(double confidence, TimeSpan age) =>
        age <= TimeSpan.Zero ? confidence : confidence * Math.Pow(0.5, age / HalvedAfter);

    /// <summary>1 for what somebody can travel, 0.7 for the first speed that nobody can, down to 0.5 for three times that.</summary>
    public static double OfJump(Cell from, Cell to, TimeSpan elapsed)
    {
        double speed = from.KilometresApart(to) * 1000 / Math.Max(1, elapsed.TotalSeconds);
        double times = speed / ImpossibleMetresPerSecond;
        return times <= 1 ? 1 : Math.Max(0.5, 0.7 - (0.1 * (times - 1)));
    }

    /// <returns>Null when it is not worth telling at all.</returns>
    public static LocationTier? FinestTier(double confidence) => confidence switch
    {
        >= 0.75 => LocationTier.Immediate,
        >= 0.55 => LocationTier.Nearby,
        >= 0.42 => LocationTier.Local,
        >= 0.2 => LocationTier.City,
        _ => null,
    };
}
