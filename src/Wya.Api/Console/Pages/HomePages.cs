using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages;

/// <summary>The console's door: the ways to its parts, as far as the person may go them.</summary>
internal static class HomePages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("", RazorComponentResult () => new RazorComponentResult<HomePage>()).ForConsole("The console's door");
}
