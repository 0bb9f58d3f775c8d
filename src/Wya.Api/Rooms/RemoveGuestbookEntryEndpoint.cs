using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class RemoveGuestbookEntryEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapDelete("/rooms/{id}/guestbook/{entryId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe("RemoveGuestbookEntry", "Remove an entry of a guestbook", "By who wrote it, by whose room it is, or by a moderator.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.EntryNotFound, RoomRefusals.NotYourEntry)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, Guid entryId, RoomCommand command, RoomsLog rooms, HttpContext http)
    {
        GuestbookEntry? entry = await RoomHistories.Entry(rooms.Database, new RoomId(id), entryId, http.RequestAborted).ConfigureAwait(false) is { } row
            ? new GuestbookEntry(row.ModuleId, row.EntryId, new UserId(row.GuestId), row.Text is null)
            : null;
        bool isModerator = http.Caller().Holds(Capability.Moderate);
        return await command.Run(http, id, (room, door) => RemoveGuestbookEntry.Decide(room, door.Doorway, entry, isModerator)).ConfigureAwait(false);
    }
}
