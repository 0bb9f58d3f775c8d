using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages.Analysis;

/// <summary>The events of a log, as they are looked for.</summary>
internal static class EventsPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("", Show).ForConsole("Events of the logs in the console");

    private static RazorComponentResult Show(HttpContext http, string? live)
    {
        if (live is not null)
        {
            ConsoleParts.AllowLive(http);
        }

        return new RazorComponentResult<EventsPage>(new { http.Request.Query, IsLive = live is not null });
    }
}
