namespace Wya.Api.Console.Pages.Operation;

/// <summary>
/// What operators do, each a form with its reason, sent on to the API's own route. What was refused is told on the page that
/// the form stood on, by the code in its address; what was typed is short and typed again.
/// </summary>
internal static class OperatorForms
{
    /// <param name="path">Of the form.</param>
    /// <param name="address">The API's, of the parts of the form's address.</param>
    /// <param name="body">What is sent on.</param>
    /// <param name="next">Where to when it is done: of the parts of the form's address, and of what was answered.</param>
    public static void Take(
        IEndpointRouteBuilder pages,
        string path,
        string summary,
        Func<RouteValueDictionary, string> address,
        Func<RouteValueDictionary, IFormCollection, object> body,
        Func<RouteValueDictionary, Reply, string> next,
        Func<RouteValueDictionary, string> page) =>
        pages.MapPost(path, async (HttpContext http, ConsoleApi api) =>
        {
            IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
            RouteValueDictionary parts = http.Request.RouteValues;
            Reply reply = await api.Do("POST", address(parts), form["key"], body(parts, form)).ConfigureAwait(false);
            if (reply.IsGood)
            {
                return (IResult)TypedResults.Redirect(next(parts, reply));
            }

            if (reply.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
            {
                throw new ApiRefused(reply.Problem);
            }

            string back = page(parts);
            return TypedResults.Redirect($"{back}{(back.Contains('?', StringComparison.Ordinal) ? "&" : "?")}refused={reply.Code}");
        }).ForConsole(summary);

    public static object Why(RouteValueDictionary parts, IFormCollection form) => new { reason = form["reason"].ToString() };

    public static string Part(RouteValueDictionary parts, string name) => Uri.EscapeDataString(parts[name]?.ToString() ?? "");
}
