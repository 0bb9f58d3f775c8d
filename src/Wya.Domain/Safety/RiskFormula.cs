using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety;

/// <summary>
/// Everything in numbers that a risk is computed by. One is in force (<see cref="Risk"/>); others are for asking what would be
/// otherwise.
/// </summary>
/// <param name="WorthOfActions">What each kind of decision says of later ones, on the day that it holds from.</param>
public sealed record RiskFormula(
    double SignalsWeight,
    double HistoryWeight,
    double ContextWeight,
    double AgeWeight,
    int ReportersCounted,
    double BlocksCountMax,
    double GuideFrom,
    double InterveneFrom,
    double ProtectFrom,
    double NewForDays,
    double KeptADay,
    IReadOnlyDictionary<CaseActionKind, double> WorthOfActions)
{
    private const int Digits = 4;

    public static RiskFormula Current { get; } = new(
        Risk.SignalsWeight,
        Risk.HistoryWeight,
        Risk.ContextWeight,
        Risk.AgeWeight,
        Risk.ReportersCounted,
        Risk.BlocksCountMax,
        Risk.GuideFrom,
        Risk.InterveneFrom,
        Risk.ProtectFrom,
        Risk.NewFor.TotalDays,
        RiskRules.KeptADay,
        Enum.GetValues<CaseActionKind>().ToDictionary(kind => kind, Risk.WorthOf));

    /// <param name="registeredAt">Null when it is not known yet: then they are as new as can be.</param>
    public RiskParts Parts(Case state, DateTimeOffset? registeredAt, DateTimeOffset now) => new(
        Math.Round(Signals(state, now), Digits),
        Math.Round(History(state, now), Digits),
        Math.Round(Context(state), Digits),
        Math.Round(Age(registeredAt, now), Digits));

    public double Score(RiskParts parts) => Math.Round(
        (SignalsWeight * parts.Signals) + (HistoryWeight * parts.History) + (ContextWeight * parts.Context) + (AgeWeight * parts.Age), Digits);

    public RiskLevel LevelOf(double score) =>
        score < GuideFrom ? RiskLevel.Monitor
        : score < InterveneFrom ? RiskLevel.Guide
        : score < ProtectFrom ? RiskLevel.Intervene
        : RiskLevel.Protect;

    private double Signals(Case state, DateTimeOffset now) => Together(state.Signals.Select(signal =>
        signal.Key == SignalKind.ManyBlocks
            ? Math.Min(BlocksCountMax, RiskRules.ValueAt(signal.Value, now, KeptADay))
            : RiskRules.ValueAt(signal.Value, now, KeptADay)));

    /// <summary>What was taken back never was.</summary>
    private double History(Case state, DateTimeOffset now) => Together(state.Actions
        .Where(action => !action.IsReversed)
        .Select(action => RiskRules.ValueAt(new SignalWeight(WorthOfActions[action.Kind], action.Since), now, KeptADay)));

    private double Context(Case state) =>
        Math.Min(1, state.OpenReports.Values.Select(report => report.ReporterRef).Distinct().Count() / (double)ReportersCounted);

    private double Age(DateTimeOffset? registeredAt, DateTimeOffset now) =>
        registeredAt is { } then ? Math.Clamp(1 - ((now - then) / TimeSpan.FromDays(NewForDays)), 0, 1) : 1;

    /// <summary>Each takes its part of what the others have left to 1.</summary>
    private static double Together(IEnumerable<double> values) => 1 - values.Aggregate(1.0, (left, value) => left * (1 - value));
}
