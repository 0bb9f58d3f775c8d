using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages.Analysis;

/// <summary>What one request came to, in every log.</summary>
internal static class RequestPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("request", Show).ForConsole("What a request came to, in the console");

    public static string Address(string correlation) => $"{ConsoleParts.Analysis}/request?id={Uri.EscapeDataString(correlation)}";

    private static RazorComponentResult Show(string? id) => new RazorComponentResult<RequestPage>(new { Id = id?.Trim() ?? "" });
}
