using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages;

/// <summary>The appeals that wait. They are decided in their cases.</summary>
internal static class AppealsPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("appeals", Show).ForConsole("The appeals in the moderation console");

    private static RazorComponentResult Show(string? cursor) => new RazorComponentResult<AppealsPage>(new { Cursor = cursor ?? "" });
}
