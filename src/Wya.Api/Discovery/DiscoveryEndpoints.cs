using Wya.Api.Around;
using Wya.Api.Http;
using Wya.Projections.Discovery;

namespace Wya.Api.Discovery;

internal static class DiscoveryEndpoints
{
    public static void AddDiscovery(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Talks>();
        services.AddSingleton<Town>();
        services.AddSingleton<KnownRooms>();
        services.AddSingleton<Townsfolk>();
        services.AddSingleton(provider => new DiscoveryResults(provider.GetRequiredService<RedisServers>().Cache));
        services.AddSingleton<TownWatch>();
        services.AddSingleton<DiscoveryAnswers>();
        services.AddSingleton<RoomsInSight>();
        services.AddSingleton<RoomsAround>();
        if (settings.Answers)
        {
            services.AddHostedService(provider => provider.GetRequiredService<TownWatch>());
        }
    }

    public static void MapDiscovery(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder discovery = routes.MapGroup("").WithTags("Discovery");
        ShowDiscoveryEndpoint.Map(discovery);
        ExplainWhyNotEndpoint.Map(discovery);
        ShowRoomsAroundEndpoint.Map(discovery);
        ShowDiscoverabilityEndpoint.Map(discovery);
    }
}
