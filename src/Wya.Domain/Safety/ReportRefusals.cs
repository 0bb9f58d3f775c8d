using System.Globalization;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Every reason for which a report, or what follows it for a person, is turned down. Codes are published and never change their meaning.</summary>
public static class ReportRefusals
{
    public static Refusal NotOneself { get; } = new("report-of-oneself", "This is about yourself; report what others do.", RefusalKind.Invalid);

    public static Refusal WordsInvalid { get; } = new(
        "report-words-invalid",
        string.Create(CultureInfo.InvariantCulture, $"The words of a report are left out, or have 1 to {SafetyPolicy.WordsCharactersMax} characters that are not all blank."),
        RefusalKind.Invalid);

    /// <summary>Also for one of somebody else.</summary>
    public static Refusal ReportNotFound { get; } = new("report-not-found", "There is no such report of yours.", RefusalKind.NotFound);

    /// <summary>Also for one that was shown to somebody else.</summary>
    public static Refusal OverlayNotFound { get; } = new("overlay-not-found", "Nothing of this id was shown to you.", RefusalKind.NotFound);

    public static IReadOnlyList<Refusal> All { get; } = [NotOneself, WordsInvalid, ReportNotFound, OverlayNotFound];
}
