using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Wya.Api.Access;
using Wya.Api.Console.Pages;
using Wya.Api.Console.Pages.Analysis;
using Wya.Api.Console.Pages.Operation;

namespace Wya.Api.Console;

/// <summary>
/// The console for moderators, operators and analysts: pages that this process makes, and forms that it takes; no
/// socket, nothing kept between two requests, and no script but on a page that somebody asked to keep looking. Whatever it shows and does it asks of the API's own routes, with the person's
/// own token.
/// </summary>
internal static class ConsoleParts
{
    public const string Root = "/console";

    public const string Moderation = Root + "/moderation";

    public const string Operation = Root + "/operation";

    public const string Analysis = Root + "/analysis";

    /// <summary>Its own styles, its own forms, and nothing else.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Of a page that somebody asked to keep looking: its own script too, which asks for nothing but the page again.</summary>
    private const string LivePolicy = ContentSecurityPolicy + "; script-src 'self'; connect-src 'self'";

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
        HomePages.Map(pages);
        SignInPages.Map(pages);
        ConsoleStyle.Map(pages);
        RouteGroupBuilder moderation = pages.MapGroup("moderation");
        QueuePages.Map(moderation);
        CasePages.Map(moderation);
        EvidencePages.Map(moderation);
        ReporterPages.Map(moderation);
        DecisionPages.Map(moderation);
        AppealsPages.Map(moderation);
        AuditPages.Map(moderation);
        FiguresPages.Map(moderation);
        RouteGroupBuilder operation = pages.MapGroup("operation");
        OverviewPages.Map(operation);
        ProjectionPages.Map(operation);
        RebuildPages.Map(operation);
        ParkedPages.Map(operation);
        RecordPages.Map(operation);
        RouteGroupBuilder analysis = pages.MapGroup("analysis");
        EventsPages.Map(analysis);
        StreamPages.Map(analysis);
        RequestPages.Map(analysis);
        RowPages.Map(analysis);
    }

    public static void SetHeaders(HttpContext http)
    {
        http.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        http.Response.Headers.CacheControl = "no-cache, no-store"; // as forms want it
        http.Response.Headers.Pragma = "no-cache";
        http.Response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }

    public static void AllowLive(HttpContext http) => http.Response.Headers.ContentSecurityPolicy = LivePolicy;

    /// <summary>Also of a page: what it does, for the table of endpoints.</summary>
    public static RouteHandlerBuilder ForConsole(this RouteHandlerBuilder page, string summary) =>
        page.WithSummary(summary).WithMetadata(new Admits.Console());
}
