using Microsoft.AspNetCore.Http.HttpResults;

namespace Wya.Api.Console.Pages.Operation;

/// <summary>Rebuilds: how each goes, in what it differs, and what an operator says to that.</summary>
internal static class RebuildPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("rebuilds", RazorComponentResult () => new RazorComponentResult<RebuildsPage>()).ForConsole("Rebuilds in the console");
        pages.MapGet("rebuilds/{id:guid}", Show).ForConsole("A rebuild in the console");
        OperatorForms.Take(
            pages, "rebuilds/{id:guid}/approval", "Approve a rebuild's difference in the console", parts => $"/operator/rebuilds/{parts["id"]}/approval",
            (_, form) => new { fingerprint = form["fingerprint"].ToString(), reason = form["reason"].ToString() }, (parts, _) => Page(parts), Page);
        foreach ((string verb, string summary) in new[] { ("cancel", "Give a rebuild up in the console"), ("pause", "Pause a rebuild in the console"), ("resume", "Resume a rebuild in the console") })
        {
            OperatorForms.Take(pages, "rebuilds/{id:guid}/" + verb, summary, parts => $"/operator/rebuilds/{parts["id"]}/{verb}", OperatorForms.Why, (parts, _) => Page(parts), Page);
        }
    }

    public static string Address(Guid id) => $"{ConsoleParts.Operation}/rebuilds/{id}";

    private static string Page(RouteValueDictionary parts) => $"{ConsoleParts.Operation}/rebuilds/{parts["id"]}";

    private static RazorComponentResult Show(HttpContext http, Guid id, string? refused, string? cursor, string? live)
    {
        if (live is not null)
        {
            ConsoleParts.AllowLive(http);
        }

        return new RazorComponentResult<RebuildPage>(new { Id = id, Refused = refused, Cursor = cursor ?? "", IsLive = live is not null });
    }
}
