using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages;

/// <summary>How moderation does.</summary>
internal static class FiguresPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("figures", Show).ForConsole("Figures in the moderation console");

    private static RazorComponentResult Show() => new RazorComponentResult<FiguresPage>();
}
