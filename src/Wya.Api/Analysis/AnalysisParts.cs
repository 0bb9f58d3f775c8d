namespace Wya.Api.Analysis;

internal static class AnalysisParts
{
    public static void AddAnalysis(this IServiceCollection services)
    {
        services.AddSingleton<AnalystLogs>();
        services.AddSingleton<Tails>();
    }

    public static void MapAnalysis(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder analysis = routes.MapGroup("").WithTags("Analysis");
        ShowLogsEndpoint.Map(analysis);
        ShowEventsEndpoint.Map(analysis);
        ShowEventEndpoint.Map(analysis);
        ShowStreamEndpoint.Map(analysis);
        ShowStreamStepEndpoint.Map(analysis);
        ShowCausesEndpoint.Map(analysis);
        ExplainRowEndpoint.Map(analysis);
        TailEventsEndpoint.Map(analysis);
    }
}
