using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console.Pages;

/// <summary>What was reported: answered to a form, so that nothing but somebody's own wish to see it brings it to a screen.</summary>
internal static class EvidencePages
{
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapPost("cases/{id:guid}/reports/{reportId:guid}/evidence", Show).ForConsole("What was reported, in the moderation console");

    public static string Address(Guid caseId, Guid reportId) => CasePages.Address(caseId, $"reports/{reportId}/evidence");

    private static async Task<RazorComponentResult> Show(Guid id, Guid reportId, HttpContext http)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        return new RazorComponentResult<EvidencePage>(new { CaseId = id, ReportId = reportId, Why = CasePages.Purpose(form["why"]) ?? ViewPurpose.Investigation });
    }
}

/// <summary>Who reported: likewise, and only for who has the case.</summary>
internal static class ReporterPages
{
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapPost("cases/{id:guid}/reports/{reportId:guid}/reporter", Show).ForConsole("Who reported, in the moderation console");

    public static string Address(Guid caseId, Guid reportId) => CasePages.Address(caseId, $"reports/{reportId}/reporter");

    private static async Task<RazorComponentResult> Show(Guid id, Guid reportId, HttpContext http)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        return new RazorComponentResult<ReporterPage>(new { CaseId = id, ReportId = reportId, Why = CasePages.Purpose(form["why"]) ?? ViewPurpose.Investigation });
    }
}
