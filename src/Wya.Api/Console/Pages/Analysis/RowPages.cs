using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages.Analysis;

/// <summary>Why a row of a read model is as it is.</summary>
internal static class RowPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("row", Show).ForConsole("Why a row is as it is, in the console");

    private static RazorComponentResult Show(string? table, string? key, long? after) =>
        new RazorComponentResult<RowPage>(new { Table = table ?? "", Key = key?.Trim() ?? "", After = after });
}
