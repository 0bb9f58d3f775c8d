using Wya.Api.Http;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

internal static class GraphEndpoints
{
    public static void AddGraph(this IServiceCollection services)
    {
        services.AddSingleton<GraphLog>();
        services.AddSingleton(provider => new GraphProjections(
            provider.GetRequiredService<LogDatabases>()[GraphDomain.Definition.Name], provider.GetRequiredService<RedisServers>().Cache));
        services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<GraphLog>());
        services.AddSingleton<EdgeCommand>();
    }

    public static void MapGraph(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder graph = routes.MapGroup("").WithTags("Graph");
        RequestFriendshipEndpoint.Map(graph);
        ShowFriendRequestsEndpoint.Map(graph);
        AcceptFriendRequestEndpoint.Map(graph);
        DeclineFriendRequestEndpoint.Map(graph);
        CancelFriendRequestEndpoint.Map(graph);
        ShowFriendsEndpoint.Map(graph);
        RemoveFriendEndpoint.Map(graph);
        FollowEndpoint.Map(graph);
        UnfollowEndpoint.Map(graph);
        ShowFollowingEndpoint.Map(graph);
        ShowFollowersEndpoint.Map(graph);
        RemoveFollowerEndpoint.Map(graph);
        BlockUserEndpoint.Map(graph);
        UnblockUserEndpoint.Map(graph);
        ShowBlocksEndpoint.Map(graph);
        MuteUserEndpoint.Map(graph);
        UnmuteUserEndpoint.Map(graph);
        ShowMutesEndpoint.Map(graph);
        ShowMutualFriendsEndpoint.Map(graph);
        ShowFriendSuggestionsEndpoint.Map(graph);
        DismissSuggestionEndpoint.Map(graph);
        ShowGraphEndpoint.Map(graph);
        ExportGraphEndpoint.Map(graph);
        ImportGraphEndpoint.Map(graph);
    }
}
