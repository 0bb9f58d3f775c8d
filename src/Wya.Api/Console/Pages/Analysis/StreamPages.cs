using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages.Analysis;

/// <summary>One stream, event by event, with what each made of its state.</summary>
internal static class StreamPages
{
    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("stream", Show).ForConsole("A stream in the console");

    public static string Address(Guid id, long? step = null) => $"{ConsoleParts.Analysis}/stream?id={id}{(step is null ? "" : $"&step={step}")}";

    private static RazorComponentResult Show(string? id, int? step, long? after) => new RazorComponentResult<StreamPage>(new { Id = id?.Trim() ?? "", Step = step ?? 0, After = after ?? 0 });
}
