using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Somebody tells of a person, or of something of theirs.</summary>
/// <param name="ReportId">The receipt.</param>
/// <param name="Person">Whom it concerns.</param>
/// <param name="Subject">What is reported, as a keyed digest.</param>
/// <param name="ReporterRef">The reporter's pseudonym, and the subject of their safety key.</param>
/// <param name="PersonKey">The subject of the person's safety key.</param>
/// <param name="Evidence">What the reporter sees of it.</param>
public sealed record SubmitReport(
    Guid ReportId,
    UserId Person,
    Guid PersonKey,
    Category Category,
    ReportSubjectKind Kind,
    Guid Subject,
    UserId Reporter,
    Guid ReporterRef,
    string? Words,
    Evidence Evidence)
{
    public static Decision<CaseEvent> Decide(Case state, SubmitReport command, DateTimeOffset? registeredAt, DateTimeOffset now)
    {
        if (command.Refuse() is { } refusal)
        {
            return refusal;
        }

        if (OfReporter(state, command) is not null || state.OpenReports.Count >= SafetyPolicy.OpenReportsMax)
        {
            return Decision<CaseEvent>.Nothing;
        }

        Guid? sameAs = First(state, command.Subject)?.ReportId;
        return AssessRisk.After(
            state,
            command.Person,
            [
                new ReportSubmitted(
                    command.ReportId,
                    command.Person,
                    command.Category,
                    ReportRules.PriorityOf(command.Category),
                    command.ReporterRef,
                    command.Kind,
                    command.Subject,
                    new Sensitive<ReporterStatement>(command.ReporterRef, new ReporterStatement(command.Reporter, command.Words)),
                    sameAs is null ? new Sensitive<Evidence>(command.PersonKey, command.Evidence) : null,
                    sameAs),
            ],
            noticed: null,
            registeredAt,
            now);
    }

    /// <summary>What of it needs no case to be looked at.</summary>
    public Refusal? Refuse() =>
        Person == Reporter ? ReportRefusals.NotOneself
        : Words is { } words && (words.Length > SafetyPolicy.WordsCharactersMax || string.IsNullOrWhiteSpace(words)) ? ReportRefusals.WordsInvalid
        : null;

    /// <summary>
    /// The receipt for it, once it was decided: of the report that was recorded, of the one that the reporter has open already,
    /// or, when a case takes no more, of the one that stands for it.
    /// </summary>
    public static Guid Receipt(Case after, SubmitReport command) =>
        (OfReporter(after, command) ?? First(after, command.Subject) ?? after.OpenReports.Values.MinBy(report => report.ReportId)!).ReportId;

    private static OpenReport? OfReporter(Case state, SubmitReport command) =>
        state.OpenReports.Values.FirstOrDefault(report => report.ReporterRef == command.ReporterRef && report.SubjectRef == command.Subject);

    /// <summary>The one whose evidence stands for all of the subject.</summary>
    private static OpenReport? First(Case state, Guid subject) =>
        state.OpenReports.Values.FirstOrDefault(report => report.SubjectRef == subject && report.SameAs is null);
}
