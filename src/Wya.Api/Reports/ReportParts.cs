using Wya.Api.Noticing;

namespace Wya.Api.Reports;

/// <summary>
/// What stands between safety and where people meet: reports, with what is seen of their subject, notices, and what may be taken down.
/// </summary>
internal static class ReportParts
{
    public static void AddReports(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Notices>();
        services.AddSingleton<Snapshots>();
        services.AddSingleton<TalkSnapshots>();
        services.AddSingleton<RoomSnapshots>();
        services.AddSingleton<PlaceSnapshots>();
        services.AddSingleton<TakedownTargets>();
        if (settings.Answers)
        {
            services.AddHostedService<NoticeWriter>();
            services.AddHostedService<OverlayWatch>();
        }
    }

    public static void MapReports(this IEndpointRouteBuilder routes) => SubmitReportEndpoint.Map(routes);
}
