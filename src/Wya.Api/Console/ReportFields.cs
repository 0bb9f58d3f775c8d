namespace Wya.Api.Console;

/// <summary>What a form says of each open report: <c>outcome-{id}</c>, and <c>explanation-{id}</c> for who made it.</summary>
internal static class ReportFields
{
    public static string Outcome(Guid reportId) => $"outcome-{reportId}";

    public static string Explanation(Guid reportId) => $"explanation-{reportId}";

    /// <summary>Those that are to be answered; one without an outcome stays open.</summary>
    public static object[] In(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> form)
    {
        Dictionary<string, string> fields = form.ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);
        return
        [
            .. fields
                .Where(field => field.Key.StartsWith("outcome-", StringComparison.Ordinal) && field.Value.Length > 0 && Guid.TryParse(field.Key["outcome-".Length..], out _))
                .Select(field => Answer(Guid.Parse(field.Key["outcome-".Length..]), field.Value, fields)),
        ];
    }

    private static object Answer(Guid reportId, string outcome, Dictionary<string, string> fields) =>
        fields.GetValueOrDefault(Explanation(reportId), "").Trim() is { Length: > 0 } explanation
            ? new { report_id = reportId, outcome, explanation }
            : new { report_id = reportId, outcome };
}
