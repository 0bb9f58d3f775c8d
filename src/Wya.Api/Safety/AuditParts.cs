using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

/// <summary>The audit of safety's log: what is signed, proved, verified and listed of it, and what a legal hold keeps.</summary>
internal static class AuditParts
{
    public static void AddAudit(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new CheckpointFile(settings.CheckpointFile));
        services.AddSingleton<AuditWatch>();
        services.AddSingleton<AuditProofs>();
        if (settings.Works)
        {
            services.AddHostedService<CheckpointWorker>();
        }
    }

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        ShowRecordProofEndpoint.Map(routes);
        ShowRecordViewsEndpoint.Map(routes);
        ShowAuditEndpoint.Map(routes);
        ShowCheckpointsEndpoint.Map(routes);
        ProveConsistencyEndpoint.Map(routes);
        VerifyAuditEndpoint.Map(routes);
        ProposeHoldEndpoint.Map(routes);
        PlaceHoldEndpoint.Map(routes);
        EndHoldEndpoint.Map(routes);
        ShowHoldsEndpoint.Map(routes);
    }
}
