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

    private const int Digits = 4;

    /// <param name="registeredAt">Null when it is not known yet: then they are as new as can be.</param>
    public static RiskParts Parts(Case state, DateTimeOffset? registeredAt, DateTimeOffset now) => new(
        Math.Round(Signals(state, now), Digits),
        Math.Round(History(state, now), Digits),
        Math.Round(Context(state), Digits),
        Math.Round(Age(registeredAt, now), Digits));

    public static double Score(RiskParts parts) => Math.Round(
        (SignalsWeight * parts.Signals) + (HistoryWeight * parts.History) + (ContextWeight * parts.Context) + (AgeWeight * parts.Age), Digits);

    public static RiskLevel LevelOf(double score) => score switch
    {
        < GuideFrom => RiskLevel.Monitor,
        < InterveneFrom => RiskLevel.Guide,
        < ProtectFrom => RiskLevel.Intervene,
        _ => RiskLevel.Protect,
    };

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

    private static double Signals(Case state, DateTimeOffset now) => Together(state.Signals.Select(signal =>
        signal.Key == SignalKind.ManyBlocks
            ? Math.Min(BlocksCountMax, RiskRules.ValueAt(signal.Value, now))
            : RiskRules.ValueAt(signal.Value, now)));

    /// <summary>What was taken back never was.</summary>
    private static double History(Case state, DateTimeOffset now) => Together(state.Actions
        .Where(action => !action.IsReversed)
        .Select(action => RiskRules.ValueAt(new SignalWeight(WorthOf(action.Kind), action.Since), now)));

    private static double Context(Case state) =>
        Math.Min(1, state.OpenReports.Values.Select(report => report.ReporterRef).Distinct().Count() / (double)ReportersCounted);

    private static double Age(DateTimeOffset? registeredAt, DateTimeOffset now) =>
        registeredAt is { } then ? Math.Clamp(1 - ((now - then) / NewFor), 0, 1) : 1;

    /// <summary>Each takes its part of what the others have left to 1.</summary>
    private static double Together(IEnumerable<double> values) => 1 - values.Aggregate(1.0, (left, value) => left * (1 - value));
}
