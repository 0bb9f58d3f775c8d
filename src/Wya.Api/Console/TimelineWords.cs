using System.Globalization;
using System.Text.Json;
using Wya.Api.Safety;

namespace Wya.Api.Console;

/// <summary>What happened in a case, as one line and, where somebody wrote something, their words.</summary>
internal static class TimelineWords
{
    public static string Title(ShowCaseTimelineEndpoint.Entry entry) => entry.What switch
    {
        "safety.signal_recorded" => $"Noticed: {Word(entry, "kind")}, in {Text(entry, "source")}",
        "safety.report_submitted" => $"Reported: {Word(entry, "category")} ({Word(entry, "subject_kind")})",
        "safety.report_resolved" => $"A report was answered: {Outcome(Text(entry, "outcome"))}",
        "safety.reports_grouped" => "Their many reports wait together",
        "safety.reports_ungrouped" => Text(entry, "were_dismissed") == "True" ? "Their many reports were dismissed together" : "Their reports stand on their own again",
        "safety.risk_assessed" => $"Level: {Word(entry, "from")} to {Word(entry, "to")}, score {Number(entry, "score")}",
        "safety.soft_intervention" => $"Kind words were shown: {Word(entry, "kind")}",
        "safety.intervention_dismissed" => "They put the kind words away",
        "safety.case_claimed" => "Claimed",
        "safety.case_released" => "Released",
        "safety.note_added" => "Note",
        "safety.case_escalated" => $"Escalated to {Word(entry, "priority")}",
        "safety.cleared" => "Closed without action",
        "safety.warning_issued" => "Warned",
        "safety.restriction_applied" => $"Muted{Until(entry)}",
        "safety.capability_restricted" => $"Restricted: {Text(entry, "capability")}{Until(entry)}",
        "safety.suspension_applied" => $"Suspended{Until(entry)}",
        "safety.ban_proposed" => "Ban proposed",
        "safety.ban_declined" => "Ban declined",
        "safety.ban_applied" => "Banned, by a second person",
        "safety.content_taken_down" => "Taken down",
        "safety.action_reversed" => "Taken back",
        "safety.appeal_submitted" => "Appealed",
        "safety.appeal_resolved" => $"Appeal decided: {(Text(entry, "outcome") == "overturned" ? "taken back" : "the decision stands")}",
        "safety.hold_proposed" => "Legal hold proposed",
        "safety.hold_placed" => "Legal hold placed",
        "safety.hold_ended" => "Legal hold ended",
        var other => other,
    };

    /// <summary>Null where nobody wrote anything.</summary>
    public static string? Said(ShowCaseTimelineEndpoint.Entry entry)
    {
        foreach (string name in new[] { "text", "reason", "words", "explanation", "detail" })
        {
            if (Text(entry, name) is { Length: > 0 } said)
            {
                return said;
            }
        }

        return entry.Detail is { ValueKind: JsonValueKind.Object } detail && detail.TryGetProperty("statement", out JsonElement statement)
            && statement.ValueKind == JsonValueKind.Object && statement.TryGetProperty("facts", out JsonElement facts)
            ? facts.GetString()
            : null;
    }

    public static string By(ShowCaseTimelineEndpoint.Entry entry) => entry.By switch
    {
        "system" => "by itself",
        "person" => "by the person",
        var pseudonym when Guid.TryParse(pseudonym, out _) => $"by moderator {pseudonym[..8]}",
        var label => $"by {label}",
    };

    private static string Outcome(string outcome) => outcome switch
    {
        "upheld" => "right, and acted on",
        "no_violation" => "no rule was broken",
        "false_report" => "made to harm",
        _ => outcome,
    };

    private static string Until(ShowCaseTimelineEndpoint.Entry entry) =>
        DateTimeOffset.TryParse(Text(entry, "until"), CultureInfo.InvariantCulture, out DateTimeOffset until)
            ? until.UtcDateTime.ToString("', until' d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)
            : "";

    private static string Number(ShowCaseTimelineEndpoint.Entry entry, string name) =>
        entry.Detail is { } detail && detail.TryGetProperty(name, out JsonElement value) && value.TryGetDouble(out double number)
            ? number.ToString("0.00", CultureInfo.InvariantCulture)
            : "";

    private static string Word(ShowCaseTimelineEndpoint.Entry entry, string name) => Text(entry, name).Replace('_', ' ');

    private static string Text(ShowCaseTimelineEndpoint.Entry entry, string name) =>
        entry.Detail is { ValueKind: JsonValueKind.Object } detail && detail.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
}
