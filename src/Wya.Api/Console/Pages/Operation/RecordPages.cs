using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages.Operation;

/// <summary>What operators did, with who and why.</summary>
internal static class RecordPages
{
    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet("record", RazorComponentResult (string? cursor) => new RazorComponentResult<RecordPage>(new { Cursor = cursor ?? "" })).ForConsole("What operators did, in the console");
}
