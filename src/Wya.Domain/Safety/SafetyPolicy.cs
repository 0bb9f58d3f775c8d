using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety;

/// <summary>The figures by which safety works, in one place.</summary>
public static class SafetyPolicy
{
    public const int OpenReportsMax = 1_000;
    public const int ActionsKeptMax = 200;
    public const int WordsCharactersMax = 2_000;
    public const int StatementPartCharactersMax = 1_000;

    /// <summary>From when the person was told. Six months, counted generously.</summary>
    public static readonly TimeSpan AppealWithin = TimeSpan.FromDays(184);

    /// <summary>A moderator who is away for longer leaves the case to others.</summary>
    public static readonly TimeSpan LeaseFor = TimeSpan.FromMinutes(30);

    public static readonly TimeSpan SuspensionMax = TimeSpan.FromDays(365);
    /// <summary>An action may say that it holds since a moment ago: what is written takes a while.</summary>
    public static readonly TimeSpan ActionBackdatedMax = TimeSpan.FromDays(1);
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    public static readonly TimeSpan HoldMax = TimeSpan.FromDays(365);

    /// <summary>On one person, proposed and placed.</summary>
    public const int HoldsAtATimeMax = 20;

    /// <summary>A single signal of this weight brings somebody to look at once; by itself it restricts nobody.</summary>
    public const double CriticalWeight = 0.9;

    public static readonly TimeSpan AppealDueWithin = TimeSpan.FromDays(7);

    /// <summary>More reports than this of one person within a day wait together until somebody has looked at them.</summary>
    public const int ReportsADayBeforeGrouping = 20;

    /// <summary>By when somebody must have looked, from when it came.</summary>
    public static TimeSpan DueWithin(CasePriority priority) => priority switch
    {
        CasePriority.Immediate => TimeSpan.FromHours(1),
        CasePriority.High => TimeSpan.FromHours(24),
        CasePriority.Medium => TimeSpan.FromHours(72),
        CasePriority.Low => TimeSpan.FromDays(7),
        _ => throw new ArgumentOutOfRangeException(nameof(priority)),
    };
}
