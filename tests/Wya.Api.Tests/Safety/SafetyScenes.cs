using Microsoft.Extensions.DependencyInjection;
using Wya.Api.Safety;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Safety;

namespace Wya.Api.Tests.Safety;

/// <summary>What happens in cases, recorded without anybody having to ask for it over HTTP.</summary>
internal static class SafetyScenes
{
    public static SafetyLog Safety(this ApiHost api) => api.Services.GetRequiredService<SafetyLog>();

    public static Guid SafetyKeyOf(this ApiHost api, Guid person) => SafetyKey.Of(api.Safety().Database, new UserId(person));

    public static Guid ReporterKeyOf(this ApiHost api, Guid person) => SafetyKey.OfReporter(api.Safety().Database, new UserId(person));

    public static async Task<long> Record(this ApiHost api, Guid about, Guid? moderator, params CaseEvent[] facts)
    {
        AppendOutcome outcome = await api.Safety().Store.Append(new Append(
            new CommandMetadata(moderator?.ToString() ?? "system", Guid.CreateVersion7(), $"{Guid.NewGuid():n}"),
            new StreamAppend(CaseId.Of(new UserId(about)).Value, Case.Stream.Name, ExpectedVersion.Any, facts)));
        return ((AppendOutcome.Appended)outcome).Position;
    }

    public static Task<long> View(this ApiHost api, Guid record, Guid moderator, ViewKind what = ViewKind.Case) => api.Safety().Store.Append(new Append(
        new CommandMetadata(moderator.ToString(), Guid.CreateVersion7(), $"{Guid.NewGuid():n}"),
        new StreamAppend(
            SafetyAccess.StreamOf(new UserId(moderator)),
            SafetyAccess.Stream.Name,
            ExpectedVersion.Any,
            [new RecordViewed(what, ViewPurpose.Triage, CaseId.Of(new UserId(record)).Value)])))
        .ContinueWith(done => ((AppendOutcome.Appended)done.Result).Position, TaskScheduler.Default);

    public static ActionBasis Basis(this ApiHost api, Guid moderator) => new(
        Category.Harassment, GroundKind.Rule, DateTimeOffset.UtcNow, SafetyKey.OfModerator(api.Safety().Database, new UserId(moderator)), FromReport: true, AutomationDetected: false);

    public static WarningIssued Warning(this ApiHost api, Guid about, Guid moderator, string facts = "Insults in a conversation.") => new(
        Guid.CreateVersion7(),
        new UserId(about),
        api.Basis(moderator),
        new Sensitive<StatementOfReasons>(
            api.SafetyKeyOf(about), new StatementOfReasons("A warning.", facts, "Rule 3: no harassment.", "Within six months, in your record.")));

    public static ReportSubmitted Report(this ApiHost api, Guid about, Guid reporter, string words = "They insult me.") => new(
        Guid.CreateVersion7(),
        new UserId(about),
        Category.Harassment,
        CasePriority.Medium,
        api.ReporterKeyOf(reporter),
        ReportSubjectKind.Person,
        Guid.CreateVersion7(),
        new Sensitive<ReporterStatement>(api.ReporterKeyOf(reporter), new ReporterStatement(new UserId(reporter), words)),
        new Sensitive<Evidence>(
            api.SafetyKeyOf(about),
            new Evidence(ReportSubjectKind.Person, DateTimeOffset.UnixEpoch, [new EvidenceItem("reported", "An insult.", IsReported: true)], new EvidenceSubject())));

    public static AppealSubmitted Appeal(this ApiHost api, Guid about, Guid action, string words = "I did not.") => new(
        Guid.CreateVersion7(), action, new UserId(about), new Sensitive<string>(api.SafetyKeyOf(about), words));
}
