using Wya.Api.Http;

namespace Wya.Api.Safety;

internal static class SafetyParts
{
    public static void AddSafety(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<SafetyLog>();
        services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<SafetyLog>());
        if (settings.Works)
        {
            services.AddHostedService<RiskPass>();
        }
    }

    public static void MapSafety(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder safety = routes.MapGroup("").WithTags("Safety");
        ShowMyReportsEndpoint.Map(safety);
        ShowMyReportEndpoint.Map(safety);
        ShowMyRecordEndpoint.Map(safety);
        ShowMyOverlaysEndpoint.Map(safety);
        DismissOverlayEndpoint.Map(safety);
    }
}
