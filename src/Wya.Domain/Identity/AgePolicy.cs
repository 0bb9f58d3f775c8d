using Wya.Domain.Identity.Events;

namespace Wya.Domain.Identity;

/// <summary>
/// Which age layer a birth date means. A day counts only once it has begun everywhere on earth, so that nobody is taken
/// for older than they are where they live.
/// </summary>
public static class AgePolicy
{
    public const int RegistrationAge = 13;
    public const int TransitionalAge = 18;
    public const int AdultAge = 22;
    public const int PlausibleAgeMax = 130;

    /// <summary>Baker Island: where each day begins last.</summary>
    private static readonly TimeSpan LastZone = TimeSpan.FromHours(-12);

    /// <summary>What a birth date comes to.</summary>
    public abstract record Placement
    {
        private Placement() { }

        public sealed record InLayer(AgeLayer Layer) : Placement;

        public sealed record UnderAge : Placement;

        public sealed record Implausible : Placement;
    }

    public static Placement Place(DateOnly birthDate, DateTimeOffset now) => AgeOn(birthDate, now) switch
    {
        < 0 or > PlausibleAgeMax => new Placement.Implausible(),
        < RegistrationAge => new Placement.UnderAge(),
        < TransitionalAge => new Placement.InLayer(AgeLayer.Minor),
        < AdultAge => new Placement.InLayer(AgeLayer.Transitional),
        _ => new Placement.InLayer(AgeLayer.Adult),
    };

    /// <summary>The last day that has begun everywhere. Nobody's age changes but when this does.</summary>
    public static DateOnly DayEverywhere(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(LastZone).DateTime);

    /// <summary>Completed years; who is born on 29 February completes one on 1 March in common years. Negative before birth.</summary>
    public static int AgeOn(DateOnly birthDate, DateTimeOffset now)
    {
        DateOnly today = DayEverywhere(now);
        bool birthdayIsToCome = (today.Month, today.Day).CompareTo((birthDate.Month, birthDate.Day)) < 0;
        return today.Year - birthDate.Year - (birthdayIsToCome ? 1 : 0);
    }
}
