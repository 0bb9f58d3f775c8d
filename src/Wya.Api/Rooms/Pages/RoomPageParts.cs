using Microsoft.Extensions.DependencyInjection.Extensions;
using Wya.Api.Rooms.Content;

namespace Wya.Api.Rooms.Pages;

internal static class RoomPageParts
{
    public static void AddRoomPages(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(new RoomPage(HtmlText.Encoder, CssSanitiser.Sanitise, settings.RoomLinkHosts, settings.RoomMediaHosts));
        services.TryAddSingleton<IRoomPages, NoRooms>();
    }

    /// <summary>Where no rooms are kept, nobody has one.</summary>
    private sealed class NoRooms : IRoomPages
    {
        public Task<RoomToShow?> Find(string handle, CancellationToken ct) => Task.FromResult<RoomToShow?>(null);
    }
}
