namespace Wya.Api.Operation;

internal static class OperationParts
{
    public static void AddOperation(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Health>();
        if (settings.Works)
        {
            services.AddHostedService<ReadModelWorker>();
            services.AddHostedService<RebuildsWorker>();
            services.AddHostedService<DueWork>();
        }
    }
}
