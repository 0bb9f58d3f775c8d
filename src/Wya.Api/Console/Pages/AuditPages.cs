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

    private static RazorComponentResult<AuditPage> Show(HttpRequest request) => new(new { request.Query });

    private static RazorComponentResult<AuditPage> Verify(HttpRequest request) => new(new { request.Query, Verifies = true });
}
