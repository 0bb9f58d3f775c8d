using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Identity;
using Wya.Api.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console.Pages;

/// <summary>What waits; and a case that nobody has reported, opened by somebody's handle.</summary>
internal static class QueuePages
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("", Show).ForConsole("The moderation console's queue");
        pages.MapPost("cases", Open).ForConsole("Open somebody's case in the moderation console");
    }

    private static RazorComponentResult Show(HttpRequest request) => new RazorComponentResult<QueuePage>(new { Query = request.Query, Done = request.Query["done"].ToString() });

    private static async Task<IResult> Open(HttpContext http, ConsoleApi api)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        string handle = form["handle"].ToString().Trim();
        Reply found = await api.Ask($"/users/by-handle/{Uri.EscapeDataString(handle.Length == 0 ? "-" : handle)}", ViewPurpose.Investigation).ConfigureAwait(false);
        Reply opened = found.IsGood
            ? await api.Do("POST", "/moderation/cases", form["key"], new { user_id = found.Read<UserAnswer>().Id }).ConfigureAwait(false)
            : found;
        return opened.IsGood
            ? TypedResults.Redirect(CasePages.Address(opened.Read<ClaimCaseEndpoint.Claimed>().CaseId, done: "claimed"))
            : new RazorComponentResult<QueuePage>(new { http.Request.Query, Handle = handle, opened.Code, opened.Problem.Detail }) { StatusCode = opened.Status };
    }
}

/// <summary>What of the queue is asked for, as the address says it.</summary>
internal sealed record QueueQuestion(string Priority, string Category, bool Unclaimed, bool Mine, bool Overdue)
{
    public bool IsAny => this != new QueueQuestion("", "", false, false, false);

    public static QueueQuestion Of(IQueryCollection query) =>
        new(query["priority"].ToString(), query["category"].ToString(), query.ContainsKey("unclaimed"), query.ContainsKey("mine"), query.ContainsKey("overdue"));

    /// <param name="path">Of the page, or of the API's route.</param>
    /// <param name="cursor">Null for the first page.</param>
    public string Address(string path, string? cursor)
    {
        (string Name, string Value)[] parts =
        [
            ("priority", Priority), ("category", Category), ("unclaimed", Word(Unclaimed)), ("mine", Word(Mine)), ("overdue", Word(Overdue)), ("cursor", cursor ?? ""),
        ];
        return path + QueryString.Create(parts.Where(part => part.Value.Length > 0).Select(part => KeyValuePair.Create<string, string?>(part.Name, part.Value)));
    }

    private static string Word(bool asked) => asked ? "true" : "";
}
