using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

/// <summary>Given what happened in a case, when somebody wants something there, then this is decided.</summary>
internal static class CaseSpec
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    public static ConcernedPerson Mara { get; } = new(Person(1), new Guid("8e1f3a5c-0000-8f2e-a4c6-000000000001"));

    public static Moderator Ines { get; } = new(Person(2), new Guid("8e1f3a5c-0000-8f2e-a4c6-000000000002"));

    public static Moderator Teo { get; } = new(Person(3), new Guid("8e1f3a5c-0000-8f2e-a4c6-000000000003"));

    public static Guid Report { get; } = new("0197a3d0-77aa-7b11-9c00-000000000001");

    public static Guid OtherReport { get; } = new("0197a3d0-77aa-7b11-9c00-000000000002");

    public static Guid ActionId { get; } = new("0197a3d0-77aa-7b11-9c00-000000000003");

    public static Guid ProposalId { get; } = new("0197a3d0-77aa-7b11-9c00-000000000004");

    public static Guid AppealId { get; } = new("0197a3d0-77aa-7b11-9c00-000000000005");

    public static ActionStatement Complete { get; } = new(
        "You are muted.", Now, Now.AddDays(3), "Insults in a conversation.", GroundKind.Rule, "Rule 3.", Category.Harassment, false, false, "In your record.");

    public static UserId Person(int number) => new(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]));

    public static Guid RefOf(int reporter) => new($"8e1f3a5c-0000-8f2e-a4c6-0000000001{reporter:00}");

    public static ReportSubmitted Reported(Guid id, int by = 10) => new(
        id, Mara.Id, Category.Harassment, CasePriority.Medium, RefOf(by), ReportSubjectKind.Person, Guid.Empty,
        new Sensitive<ReporterStatement>(RefOf(by), new ReporterStatement(Person(by))));

    public static CaseClaimed ClaimedBy(Moderator moderator, DateTimeOffset? until = null) => new(Mara.Id, moderator.Ref, until ?? Now.AddMinutes(10));

    public static ActionBasis Basis(Moderator by) => new(Category.Harassment, GroundKind.Rule, Now, by.Ref, FromReport: false, AutomationDetected: false);

    public static Sensitive<StatementOfReasons> Statement { get; } = Mara.Seal(new StatementOfReasons("What.", "Facts.", "Ground.", "Appeal."));

    public static WarningIssued Warned(Moderator by) => new(ActionId, Mara.Id, Basis(by), Statement);

    public static BanProposed Proposed(Moderator by) => new(ProposalId, Mara.Id, Basis(by), Statement);

    public static AppealSubmitted Appealed { get; } = new(AppealId, ActionId, Mara.Id, Mara.Seal("It was a joke."));

    public static AnswerReports Answers(params IReadOnlyList<ReportAnswer> answers) =>
        new(answers, new Dictionary<Guid, UserId> { [Report] = Person(10), [OtherReport] = Person(11) });

    public static TakeAction Act(CaseActionKind kind = CaseActionKind.Warn, ActionStatement? statement = null) => new(
        ActionId, kind, statement ?? (kind is CaseActionKind.Mute or CaseActionKind.Restrict or CaseActionKind.Suspend ? Complete : Complete with { Until = null }), AnswerReports.None);

    public static Case Given(params IReadOnlyList<CaseEvent> history) => Case.Stream.Fold(Case.Empty, history);

    public static IReadOnlyList<CaseEvent> ThenRecorded(this Decision<CaseEvent> decision)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldNotBeEmpty();
        return decision.Events;
    }

    public static void Then(this Decision<CaseEvent> decision, params CaseEvent[] facts)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldBe(facts);
    }

    public static void ThenNothing(this Decision<CaseEvent> decision)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldBeEmpty();
    }

    public static void ThenRefused(this Decision<CaseEvent> decision, Refusal why)
    {
        decision.Events.ShouldBeEmpty();
        decision.Refusal.ShouldBe(why);
    }
}
