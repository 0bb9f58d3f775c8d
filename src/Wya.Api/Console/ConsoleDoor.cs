using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Access;
using Wya.Api.Console.Pages;
using Wya.Api.Http;

namespace Wya.Api.Console;

/// <summary>
/// Where every page of the console is entered: it finds the session in the cookie, sends those without one to the sign-in,
/// takes no form that this console has not given out to this session, and makes a page of whatever the API refuses.
/// </summary>
internal sealed class ConsoleDoor(RequestDelegate next, ConsoleSessions sessions, IAntiforgery forms)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<ConsolePage>() is null)
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        ConsoleParts.SetHeaders(http);
        try
        {
            await Enter(http).ConfigureAwait(false);
        }
        catch (ApiRefused refused) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            SecurityHeaders.Set(http);
            ConsoleParts.SetHeaders(http);
            await Turn(http, refused.Problem).ExecuteAsync(http).ConfigureAwait(false);
        }
    }

    /// <summary>Where to, of a path that may come from anywhere: nowhere but within the console.</summary>
    public static string Within(string? path) =>
        path is not null && (path == ConsoleParts.Root || path.StartsWith(ConsoleParts.Root + "/", StringComparison.Ordinal)) && !path.Contains("//", StringComparison.Ordinal) && !path.Contains('\\', StringComparison.Ordinal)
            ? path
            : ConsoleParts.Root;

    private async Task Enter(HttpContext http)
    {
        ConsoleSession? session = await sessions.Current(http).ConfigureAwait(false);
        if (session is not null)
        {
            http.Features.Set(session);
        }

        http.RequestServices.GetRequiredService<ConsoleApi>().Begin(http, session);
        bool isForm = HttpMethods.IsPost(http.Request.Method);
        if (session is null && http.GetEndpoint()?.Metadata.GetMetadata<Admits>() is not Admits.Anyone)
        {
            http.Response.Redirect(SignInPages.Address(isForm ? null : http.Request.Path + http.Request.QueryString, wasSignedIn: http.Request.Cookies.ContainsKey(ConsoleCookie.Name)));
            return;
        }

        if (isForm && !await forms.IsRequestValidAsync(http).ConfigureAwait(false))
        {
            await new RazorComponentResult<RefusedPage>(new { Code = RefusedPage.StaleForm, Detail = "", TraceId = "" })
            {
                StatusCode = StatusCodes.Status400BadRequest,
            }.ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        await next(http).ConfigureAwait(false);
    }

    private static IResult Turn(HttpContext http, ProblemBody problem)
    {
        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            ConsoleCookie.Delete(http);
            bool isForm = HttpMethods.IsPost(http.Request.Method);
            return TypedResults.Redirect(SignInPages.Address(isForm ? null : http.Request.Path + http.Request.QueryString, wasSignedIn: true));
        }

        return new RazorComponentResult<RefusedPage>(new { Code = problem.Type[Problem.TypePrefix.Length..], problem.Detail, problem.TraceId, problem.Capability }) { StatusCode = problem.Status };
    }
}

/// <summary>Marks the pages of the console.</summary>
internal sealed record ConsolePage;

/// <summary>Binds the tokens of forms to the session that they were given to.</summary>
internal sealed class FormsOfSession : IAntiforgeryAdditionalDataProvider
{
    public string GetAdditionalData(HttpContext context) => context.Features.Get<ConsoleSession>()?.Session.ToString("n") ?? "nobody";

    public bool ValidateAdditionalData(HttpContext context, string additionalData) => additionalData == GetAdditionalData(context);
}
