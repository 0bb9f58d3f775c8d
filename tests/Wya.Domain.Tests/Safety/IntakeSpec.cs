using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

/// <summary>A case and what comes in about it: reports and signals.</summary>
internal static class IntakeSpec
{
    public static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Long enough ago to be new no more.</summary>
    public static readonly DateTimeOffset LongAgo = Now.AddYears(-1);

    public static readonly UserId Robin = new(new Guid("0197a3c2-b6d0-7c1e-9a4f-000000000001"));

    public static readonly Guid RobinsKey = new("0197a3c2-b6d0-8c1e-9a4f-000000000001");

    public static Case Given(params CaseEvent[] facts) => Case.Stream.Fold(Case.Empty, facts);

    public static Case Then(this Case state, Decision<CaseEvent> decided)
    {
        decided.Refusal.ShouldBeNull();
        return Case.Stream.Fold(state, decided.Events);
    }

    public static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    public static UserId User(int number) => new(Id(number));

    public static RecordSignal Signal(SignalKind kind, DateTimeOffset? at = null, double? weight = null) =>
        new(Robin, kind, "messaging", at ?? Now, weight ?? (kind == SignalKind.Content ? 0.6 : SignalRules.WeightOf(kind)));

    public static Case Notices(this Case state, SignalKind kind, DateTimeOffset? at = null, double? weight = null, DateTimeOffset? registeredAt = null) =>
        state.Then(RecordSignal.Decide(state, Signal(kind, at, weight), registeredAt ?? LongAgo, at ?? Now));

    public static SubmitReport Report(
        int reporter, int subject = 1, Category category = Category.Harassment, string? words = null, int? id = null, UserId? person = null) => new(
            Id(id ?? (reporter * 1000) + subject),
            person ?? Robin,
            RobinsKey,
            category,
            ReportSubjectKind.Message,
            Id(1_000_000 + subject),
            User(reporter),
            Id(2_000_000 + reporter),
            words,
            new Evidence(ReportSubjectKind.Message, Now, [new EvidenceItem("reported", "…", Now, IsReported: true)], new EvidenceSubject()));

    public static Decision<CaseEvent> Decide(this SubmitReport report, Case state, DateTimeOffset? at = null) =>
        SubmitReport.Decide(state, report, LongAgo, at ?? Now);

    public static Case Reports(this Case state, SubmitReport report, DateTimeOffset? at = null) => state.Then(report.Decide(state, at));

    public static WarningIssued Warned(DateTimeOffset at, int id = 77) => new(
        Id(id), Robin, new ActionBasis(Category.Spam, GroundKind.Rule, at, Id(9), FromReport: true, AutomationDetected: false),
        new Sensitive<StatementOfReasons>(RobinsKey, new StatementOfReasons("…", "…", "…", "…")));

    public static BanApplied Banned(DateTimeOffset at, int id = 78) => new(
        Id(id), Robin, Id(5), new ActionBasis(Category.Threats, GroundKind.Rule, at, Id(9), FromReport: true, AutomationDetected: false),
        new Sensitive<StatementOfReasons>(RobinsKey, new StatementOfReasons("…", "…", "…", "…")));
}
