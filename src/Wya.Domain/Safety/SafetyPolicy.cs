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
    public static readonly TimeSpan HoldMax = TimeSpan.FromDays(365);

    /// <summary>More reports than this of one person within a day wait together until somebody has looked at them.</summary>
    public const int ReportsADayBeforeGrouping = 20;
}
