using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Access;

namespace Wya.Api.Console.Pages;

/// <summary>In and out, through the API's own sessions.</summary>
internal static class SignInPages
{
    private const string Path = "sign-in";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, Show).AllowAnyone().WithSummary("The console's sign-in");
        pages.MapPost(Path, SignIn).AllowAnyone().WithSummary("Sign in to the console");
        pages.MapPost("sign-out", SignOut).ForConsole("Sign out of the console");
    }

    /// <param name="then">Where to afterwards.</param>
    public static string Address(string? then, bool wasSignedIn) =>
        $"{ConsoleParts.Root}/{Path}?then={UrlEncoder.Default.Encode(ConsoleDoor.Within(then))}{(wasSignedIn ? "&over=1" : "")}";

    private static RazorComponentResult Show(string? then, string? over) =>
        new RazorComponentResult<SignInPage>(new { Then = ConsoleDoor.Within(then), WasSignedIn = over is not null });

    private static async Task<IResult> SignIn(HttpContext http, ConsoleSessions sessions)
    {
        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted).ConfigureAwait(false);
        string handle = form["handle"].ToString().Trim(), then = ConsoleDoor.Within(form["then"]);
        Reply opened = await sessions.SignIn(http, handle, form["password"].ToString()).ConfigureAwait(false);
        if (!opened.IsGood)
        {
            return new RazorComponentResult<SignInPage>(new { Then = then, Handle = handle, opened.Code, opened.Problem.Detail })
            {
                StatusCode = opened.Problem.Status,
            };
        }

        return TypedResults.Redirect(then);
    }

    private static async Task<IResult> SignOut(HttpContext http, ConsoleSessions sessions)
    {
        await sessions.SignOut(http, http.Features.Get<ConsoleSession>()!).ConfigureAwait(false);
        return TypedResults.Redirect($"{ConsoleParts.Root}/{Path}");
    }
}
