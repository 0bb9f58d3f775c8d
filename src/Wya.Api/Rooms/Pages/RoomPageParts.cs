using Wya.Api.Rooms.Content;

namespace Wya.Api.Rooms.Pages;

internal static class RoomPageParts
{
    public static void AddRoomPages(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new RoomPage(HtmlText.Encoder, CssSanitiser.Sanitise, settings.RoomLinkHosts, settings.RoomMediaHosts));
        services.AddSingleton<IRoomPages, RoomPages>();
    }
}
