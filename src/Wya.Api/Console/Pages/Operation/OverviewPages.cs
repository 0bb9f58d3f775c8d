using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages.Operation;

/// <summary>How the system runs.</summary>
internal static class OverviewPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("", Show).ForConsole("The overview of operation in the console");

    private static RazorComponentResult Show(HttpContext http, string? live)
    {
        if (live is not null)
        {
            ConsoleParts.AllowLive(http);
        }

        return new RazorComponentResult<OverviewPage>(new { IsLive = live is not null });
    }
}
