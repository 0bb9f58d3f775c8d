using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Operation;

namespace Wya.Api.Console.Pages.Operation;

/// <summary>The clinic: what is set aside, how far that reaches, what the current code would make of it, and what becomes of it.</summary>
internal static class ParkedPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("parked", RazorComponentResult () => new RazorComponentResult<ClinicPage>()).ForConsole("What is set aside, in the console");
        pages.MapGet("parked/{name}", RazorComponentResult (string name, string? refused, string? @try, string? done, string? cursor) =>
            new RazorComponentResult<ParkedPage>(new { Name = name, Refused = refused, Try = @try, Done = done, Cursor = cursor })).ForConsole("What a projection has set aside, in the console");
        pages.MapGet("parked/{name}/{id:guid}", RazorComponentResult (string name, Guid id, string? refused) =>
            new RazorComponentResult<ParkedStreamPage>(new { Name = name, Id = id, Refused = refused })).ForConsole("A parked stream in the console");
        OperatorForms.Take(
            pages, "parked/{name}/release", "Release what goes through, in the console", parts => $"/operator/parked/{OperatorForms.Part(parts, "name")}/release", OperatorForms.Why,
            (parts, reply) => reply.Read<ReleaseParkedEndpoint.Outcome>() is var outcome ? $"{Page(parts)}?done={outcome.Released}-released-{outcome.Failing}-failing" : Page(parts), Page);
        OperatorForms.Take(
            pages, "parked/{name}/{id:guid}/release", "Release a stream in the console", parts => $"/operator/parked/{OperatorForms.Part(parts, "name")}/release",
            (parts, form) => new { reason = form["reason"].ToString(), streams = new[] { Guid.Parse(parts["id"]!.ToString()!) } }, (parts, _) => $"{Page(parts)}?done=1-released-0-failing", Stream);
        OperatorForms.Take(
            pages, "parked/{name}/{id:guid}/discard", "Discard an event in the console", parts => $"/operator/parked/{OperatorForms.Part(parts, "name")}/streams/{parts["id"]}/discard",
            OperatorForms.Why, (parts, _) => $"{Page(parts)}?done=discarded", Stream);
    }

    public static string Address(string name) => $"{ConsoleParts.Operation}/parked/{Uri.EscapeDataString(name)}";

    public static string Address(string name, Guid stream) => $"{Address(name)}/{stream}";

    /// <summary>Tries from the beginning; or goes on after what was tried.</summary>
    public static string Trial(string name, string? next = null) => $"{Address(name)}?try={next ?? Begin}";

    public static string After(string name, string next) => $"{Address(name)}?cursor={next}";

    /// <summary>Before the first position, as a cursor of the API.</summary>
    private const string Begin = "0";

    private static string Page(RouteValueDictionary parts) => Address(parts["name"]!.ToString()!);

    private static string Stream(RouteValueDictionary parts) => $"{Page(parts)}/{parts["id"]}";
}
