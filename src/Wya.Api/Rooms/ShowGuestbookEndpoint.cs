using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowGuestbookEndpoint
{
    /// <param name="Items">Newest first; of people whom the caller meets.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for older ones; left out on the last page.</param>
    internal sealed record Guestbook(IReadOnlyList<Entry> Items, string? Next = null);

    /// <param name="GuestId">Who wrote it.</param>
    internal sealed record Entry(Guid EntryId, UserId GuestId, string Text, DateTimeOffset WrittenAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/rooms/{id}/guestbook/{moduleId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromHeadSeen()
        .Describe("ShowGuestbook", "Show a guestbook", "Of the version that is shown, newest entry first.")
        .Produces<Guestbook>()
        .ForExample(answer: new Guestbook([new Entry(ExampleRooms.Entry, ExamplePeople.MaraId, "What a view!", ExamplePeople.Then)]))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.ModuleNotFound)
        .Refuses(Problems.CursorMalformed, Problems.NotKnownYet);

    private static async Task<IResult> Answer(
        Guid id, string moduleId, RoomDoor doors, RoomsLog rooms, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        if (!SequenceCursor.TryRead(cursor, limit, out long? before))
        {
            return Problems.CursorMalformed;
        }

        (Door door, Problem? problem) = await doors.EnterToLook(http, new RoomId(id)).ConfigureAwait(false);
        if (problem is null && !door.GuestModules.Any(module => module.ModuleId == moduleId && module.Kind == GuestModuleKind.Guestbook))
        {
            problem = Problem.Of(RoomRefusals.ModuleNotFound);
        }

        if (problem is not null)
        {
            return problem;
        }

        IReadOnlyList<EntryView> found = await RoomHistories.Entries(
            rooms.Database, http.Caller().Id, new RoomId(id), moduleId, before, limit + 1, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new Guestbook(
            [.. found.Take(limit).Select(one => new Entry(one.Row.EntryId, new UserId(one.Row.GuestId), one.Text, one.Row.WrittenAt))],
            found.Count > limit ? SequenceCursor.Of(found[limit - 1].Row.Sequence) : null));
    }
}
