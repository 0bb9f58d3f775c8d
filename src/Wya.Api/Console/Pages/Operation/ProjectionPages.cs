using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Operation;

namespace Wya.Api.Console.Pages.Operation;

/// <summary>Everything that follows a log, and one of it: what a rebuild would take, and its orders.</summary>
internal static class ProjectionPages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("projections", RazorComponentResult () => new RazorComponentResult<ProjectionsPage>()).ForConsole("Projections in the console");
        pages.MapGet("projections/{name}", RazorComponentResult (string name, string? refused, string? done) =>
            new RazorComponentResult<ProjectionPage>(new { Name = name, Refused = refused, Done = done })).ForConsole("A projection in the console");
        OperatorForms.Take(
            pages, "projections/{name}/rebuild", "Order a rebuild in the console", _ => "/operator/rebuilds",
            (parts, form) => new
            {
                projections = new[] { parts["name"]!.ToString() },
                reason = form["reason"].ToString(),
                events_a_second_max = int.TryParse(form["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out int limit) ? limit : (int?)null,
            },
            (_, reply) => RebuildPages.Address(reply.Read<RebuildViews>().Items[0].Id), Page);
        OperatorForms.Take(
            pages, "projections/{name}/switch-back", "Switch back in the console", parts => $"/operator/projections/{OperatorForms.Part(parts, "name")}/switch-back",
            OperatorForms.Why, (_, reply) => RebuildPages.Address(reply.Read<RebuildViews>().Items[0].Id), Page);
        foreach (string verb in new[] { "pause", "resume" })
        {
            OperatorForms.Take(
                pages, "projections/{name}/" + verb, $"{char.ToUpperInvariant(verb[0])}{verb[1..]} a projection in the console",
                parts => $"/operator/projections/{OperatorForms.Part(parts, "name")}/{verb}", OperatorForms.Why, (parts, _) => $"{Page(parts)}?done={verb}", Page);
        }
    }

    public static string Address(string name) => $"{ConsoleParts.Operation}/projections/{Uri.EscapeDataString(name)}";

    private static string Page(RouteValueDictionary parts) => Address(parts["name"]!.ToString()!);
}
