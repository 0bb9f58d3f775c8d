namespace Wya.Api.Operation;

internal static class OperationParts
{
    public static void AddOperation(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Health>();
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
    }
}
