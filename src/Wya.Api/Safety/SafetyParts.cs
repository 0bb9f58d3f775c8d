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
        services.AddSingleton<CaseDoor>();
        services.AddSingleton<CaseCommand>();
        services.AddSingleton<CaseReading>();
        services.AddSingleton<ReportAnswers>();
        services.AddAudit(settings);
    }

    public static void MapSafety(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder safety = routes.MapGroup("").WithTags("Safety");
        ShowMyReportsEndpoint.Map(safety);
        ShowMyReportEndpoint.Map(safety);
        ShowMyRecordEndpoint.Map(safety);
        ShowMyOverlaysEndpoint.Map(safety);
        DismissOverlayEndpoint.Map(safety);
        ShowQueueEndpoint.Map(safety);
        OpenCaseEndpoint.Map(safety);
        ShowCaseEndpoint.Map(safety);
        ShowCaseTimelineEndpoint.Map(safety);
        ShowEvidenceEndpoint.Map(safety);
        ShowReporterEndpoint.Map(safety);
        ClaimCaseEndpoint.Map(safety);
        ReleaseCaseEndpoint.Map(safety);
        AddNoteEndpoint.Map(safety);
        EscalateCaseEndpoint.Map(safety);
        ClearCaseEndpoint.Map(safety);
        TakeActionEndpoint.Map(safety);
        ApproveBanEndpoint.Map(safety);
        DeclineBanEndpoint.Map(safety);
        ReverseActionEndpoint.Map(safety);
        ReleaseGroupEndpoint.Map(safety);
        DismissGroupEndpoint.Map(safety);
        ShowAppealsEndpoint.Map(safety);
        ResolveAppealEndpoint.Map(safety);
        SubmitAppealEndpoint.Map(safety);
        ShowFiguresEndpoint.Map(safety);
        ExportStatementsEndpoint.Map(safety);
        safety.MapAudit();
    }
}
