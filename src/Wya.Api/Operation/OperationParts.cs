namespace Wya.Api.Operation;

internal static class OperationParts
{
    public static void AddOperation(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Health>();
        services.AddSingleton<OperatorDesk>();
        services.AddSingleton<SystemWatch>();
        services.AddSingleton<SystemParts>();
        if (settings.Answers)
        {
            services.AddHostedService(provider => provider.GetRequiredService<SystemWatch>());
        }

        if (settings.Works)
        {
            services.AddHostedService<ReadModelWorker>();
            services.AddHostedService<RebuildsWorker>();
            services.AddHostedService<DueWork>();
        }
    }

    public static void MapOperation(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder operation = routes.MapGroup("").WithTags("Operation");
        ShowOverviewEndpoint.Map(operation);
        ShowOperationsEndpoint.Map(operation);
        ListProjectionsEndpoint.Map(operation);
        PauseProjectionEndpoint.Map(operation);
        ResumeProjectionEndpoint.Map(operation);
        ForecastRebuildEndpoint.Map(operation);
        OrderRebuildEndpoint.Map(operation);
        ListRebuildsEndpoint.Map(operation);
        ShowRebuildEndpoint.Map(operation);
        ShowDifferencesEndpoint.Map(operation);
        ApproveRebuildEndpoint.Map(operation);
        PauseRebuildEndpoint.Map(operation);
        ResumeRebuildEndpoint.Map(operation);
        CancelRebuildEndpoint.Map(operation);
        ThrottleRebuildEndpoint.Map(operation);
        SwitchBackEndpoint.Map(operation);
        ListParkedEndpoint.Map(operation);
        ShowParkedEndpoint.Map(operation);
        ShowParkedStreamEndpoint.Map(operation);
        TryParkedEndpoint.Map(operation);
        ReleaseParkedEndpoint.Map(operation);
        DiscardParkedEndpoint.Map(operation);
        RebuildGraphEndpoint.Map(operation);
    }
}
