using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wya.Api.Access;
using Wya.Api.Console.Pages;

namespace Wya.Api.Console;

/// <summary>
/// The moderation console: pages that this process makes, and forms that it takes; no script, no socket, nothing kept
/// between two requests. Whatever it shows and does it asks of the API's own routes, with the moderator's own token.
/// </summary>
internal static class ConsoleParts
{
    public const string Root = "/console/moderation";

    /// <summary>Its own styles, its own forms, and nothing else.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery(forms =>
        {
            forms.Cookie.Name = "wya_console_forms";
            forms.Cookie.Path = Root;
            forms.Cookie.HttpOnly = true;
            forms.Cookie.SameSite = SameSiteMode.Strict;
            forms.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            forms.FormFieldName = "form_token";
        });
        services.Replace(ServiceDescriptor.Singleton<IDataProtectionProvider, KeyRingProtection>());
        services.KeepNoKeyFiles();
        services.Replace(ServiceDescriptor.Singleton<IAntiforgeryAdditionalDataProvider, FormsOfSession>());
        services.AddSingleton<OwnApi>();
        services.AddSingleton<ConsoleCookie>();
        services.AddSingleton<ConsoleSessions>();
        services.AddScoped<ConsoleApi>();
    }

    /// <summary>To be called where the pipeline begins, so that the console's calls pass all of it.</summary>
    public static void UseOwnApi(this WebApplication app) => ((IApplicationBuilder)app).Use(app.Services.GetRequiredService<OwnApi>().Take);

    /// <summary>With an OIDC authority people sign in there, and this console, which knows no other way, is not served.</summary>
    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<Settings>().IssuesTokens)
        {
            return;
        }

        RouteGroupBuilder pages = routes.MapGroup(Root).WithMetadata(new ConsolePage()).ExcludeFromDescription();
        SignInPages.Map(pages);
        QueuePages.Map(pages);
        CasePages.Map(pages);
        EvidencePages.Map(pages);
        ReporterPages.Map(pages);
        DecisionPages.Map(pages);
        AppealsPages.Map(pages);
        AuditPages.Map(pages);
        FiguresPages.Map(pages);
        ConsoleStyle.Map(pages);
    }

    public static void SetHeaders(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        http.Response.Headers.CacheControl = "no-cache, no-store"; // as forms want it
        http.Response.Headers.Pragma = "no-cache";
        http.Response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    /// <summary>Also of a page: what it does, for the table of endpoints.</summary>
    public static RouteHandlerBuilder ForModerators(this RouteHandlerBuilder page, string summary) =>
        page.WithSummary(summary).WithMetadata(new Admits.Console());
}
