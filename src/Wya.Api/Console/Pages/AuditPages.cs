using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages;

/// <summary>Who decided and who looked; and whether anything of it was changed.</summary>
internal static class AuditPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("audit", Show).ForConsole("The audit log in the moderation console");
        pages.MapPost("audit", Verify).ForConsole("Verify the audit log in the moderation console");
    }

    private static RazorComponentResult Show(HttpRequest request) => new RazorComponentResult<AuditPage>(new { request.Query });

    private static RazorComponentResult Verify(HttpRequest request) => new RazorComponentResult<AuditPage>(new { request.Query, Verifies = true });
}
