using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;

namespace Wya.Api.Rooms;

internal static class ReinstateVersionEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/rooms/{id}/versions/{version:int}/reinstate", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "ReinstateVersion",
            "Reverse a takedown",
            "Visitors see the version again if they saw it when it was taken down, and the owner has chosen nothing else since.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(RoomRefusals.RoomNotFound);

    private static Task<IResult> Answer(Guid id, int version, RoomsLog rooms, HttpContext http) => Command.Run(
        http,
        rooms,
        Room.Stream,
        id,
        room => ReinstateVersion.Decide(room, new ReinstateVersion(version), http.Caller().Id),
        null,
        _ => TypedResults.NoContent());
}
