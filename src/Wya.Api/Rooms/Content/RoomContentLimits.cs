using Wya.Domain.Rooms.Content;

namespace Wya.Api.Rooms.Content;

/// <summary>What a room may hold here, for one author.</summary>
internal static class RoomContentLimits
{
    /// <param name="mayWriteCss">Holds <see cref="Wya.Domain.Identity.Events.Capability.RoomCustomizeCss"/>.</param>
    public static ContentLimits For(Settings settings, bool mayWriteCss) => new(
        RoomLimits.ModulesMaxFor(mayWriteCss), mayWriteCss, CssSanitiser.Sanitise, settings.RoomLinkHosts, settings.RoomMediaHosts);
}
