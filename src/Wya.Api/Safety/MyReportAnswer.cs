using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal enum ReportStatus
{
    /// <summary>Somebody will look.</summary>
    Received,

    /// <summary>Somebody looks.</summary>
    InReview,

    Decided,
}

/// <param name="Kind">What was reported.</param>
/// <param name="Words">As they were sent, if there were any.</param>
/// <param name="Outcome">Once it is decided: <c>upheld</c>, <c>no_violation</c> or <c>false_report</c>.</param>
/// <param name="Explanation">From whoever decided, who is not named.</param>
internal sealed record MyReportAnswer(
    Guid ReportId,
    ReportSubjectKind Kind,
    Category Category,
    ReportStatus Status,
    DateTimeOffset SubmittedAt,
    string? Words = null,
    ReportOutcome? Outcome = null,
    DateTimeOffset? DecidedAt = null,
    string? Explanation = null)
{
    public static MyReportAnswer Of(MyReport report) => new(
        report.ReportId,
        report.Kind,
        report.Category,
        report.Outcome is not null ? ReportStatus.Decided : report.IsLookedAt ? ReportStatus.InReview : ReportStatus.Received,
        report.SubmittedAt,
        report.Words,
        report.Outcome,
        report.DecidedAt,
        report.Explanation);
}
