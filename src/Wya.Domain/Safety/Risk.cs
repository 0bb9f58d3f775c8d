using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety;

/// <summary>
/// How worried one should be about somebody, 0 to 1, of four parts: what was noticed of late, what was decided about them
/// before, how many people have something open against them, and how new they are. It restricts nobody: it brings a case to
/// people sooner, and a kind word to the person.
/// With nothing new it only falls. What others can do together without anybody's decision (report, block) is capped, so that
/// a crowd alone leads nobody beyond <see cref="RiskLevel.Intervene"/>.
/// </summary>
public static class Risk
{
    public const double SignalsWeight = 0.4;
    public const double HistoryWeight = 0.3;
    public const double ContextWeight = 0.2;
    public const double AgeWeight = 0.1;

    /// <summary>So many independent reporters are as worrying as any number above.</summary>
    public const int ReportersCounted = 10;

    /// <summary>Blocks are others' doing, like reports: they count so far and no further.</summary>
    public const double BlocksCountMax = 0.5;

    public const double GuideFrom = 0.3;
    public const double InterveneFrom = 0.5;
    public const double ProtectFrom = 0.7;

    /// <summary>Until then an account is new.</summary>
    public static readonly TimeSpan NewFor = TimeSpan.FromDays(30);

    /// <summary>A level climbs once in so long, whatever happens.</summary>
    public static readonly TimeSpan ClimbsEvery = TimeSpan.FromDays(1);

    /// <param name="registeredAt">Null when it is not known yet: then they are as new as can be.</param>
    public static RiskParts Parts(Case state, DateTimeOffset? registeredAt, DateTimeOffset now) => RiskFormula.Current.Parts(state, registeredAt, now);

    public static double Score(RiskParts parts) => RiskFormula.Current.Score(parts);

    public static RiskLevel LevelOf(double score) => RiskFormula.Current.LevelOf(score);

    /// <summary>What a decision about somebody says of later ones, on the day that it holds from.</summary>
    public static double WorthOf(CaseActionKind kind) => kind switch
    {
        CaseActionKind.Warn => 0.2,
        CaseActionKind.TakeDown => 0.3,
        CaseActionKind.Mute or CaseActionKind.Restrict => 0.4,
        CaseActionKind.Suspend => 0.7,
        CaseActionKind.Ban => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
