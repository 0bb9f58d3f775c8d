using Wya.Api.Http;
using Wya.Projections.Rooms.Objects;

namespace Wya.Api.Rooms;

internal static class RoomsEndpoints
{
    public static void AddRooms(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<IObjects>(_ => settings.S3 is { } s3 ? new S3Objects(s3) : new FolderObjects(settings.ObjectsFolder!));
        services.AddSingleton<RoomsLog>();
        services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<RoomsLog>());
        services.AddSingleton<RoomDoor>();
        services.AddSingleton<RoomCommand>();
        services.AddSingleton<ContentAddresses>();
        services.AddSingleton<ContentRules>();
        services.AddSingleton<Publishing>();
        services.AddSingleton<StoredVersions>();
        if (settings.Works)
        {
            services.AddHostedService<SweepWorker>();
        }
    }

    public static void MapRooms(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder rooms = routes.MapGroup("").WithTags("Rooms");
        CreateRoomEndpoint.Map(rooms);
        ShowRoomsEndpoint.Map(rooms);
        ShowRoomEndpoint.Map(rooms);
        ShowDraftEndpoint.Map(rooms);
        SaveDraftEndpoint.Map(rooms);
        DiscardDraftEndpoint.Map(rooms);
        PublishVersionEndpoint.Map(rooms);
        ShowVersionsEndpoint.Map(rooms);
        ShowVersionEndpoint.Map(rooms);
        CompareVersionsEndpoint.Map(rooms);
        RestoreVersionEndpoint.Map(rooms);
        RollBackRoomEndpoint.Map(rooms);
        ChangeVisibilityEndpoint.Map(rooms);
        DeleteRoomEndpoint.Map(rooms);
        ShowObjectEndpoint.Map(rooms);
        SignGuestbookEndpoint.Map(rooms);
        RemoveGuestbookEntryEndpoint.Map(rooms);
        ShowGuestbookEndpoint.Map(rooms);
        VoteInPollEndpoint.Map(rooms);
        ShowPollEndpoint.Map(rooms);
        ShowTakedownsEndpoint.Map(rooms);
    }
}
