using Wya.Api.Http;

namespace Wya.Api.Graph;

internal static class GraphParts
{
    public static void AddGraph(this IServiceCollection services)
    {
        services.AddSingleton<GraphLog>();
        services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<GraphLog>());
    }

    public static void MapGraph(this IEndpointRouteBuilder routes) => ShowMyTrustEndpoint.Map(routes.MapGroup("").WithTags("Graph"));
}
