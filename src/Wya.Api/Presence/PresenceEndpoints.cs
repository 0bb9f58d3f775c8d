using Wya.Api.Around;

namespace Wya.Api.Presence;

internal static class PresenceEndpoints
{
    public static void AddPresence(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<Sightlines>();
        services.AddSingleton<Presences>();
        if (settings.Answers)
        {
            services.AddHostedService<PresenceRoom>();
        }
    }

    public static void MapPresence(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder presence = routes.MapGroup("").WithTags("Presence");
        BeatPresenceEndpoint.Map(presence);
        LeavePresenceEndpoint.Map(presence);
        ShowMyPresenceEndpoint.Map(presence);
        ShowPresenceEndpoint.Map(presence);
        ShowFriendsPresenceEndpoint.Map(presence);
    }
}
