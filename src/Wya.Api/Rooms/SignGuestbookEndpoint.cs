using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class SignGuestbookEndpoint
{
    /// <param name="ModuleId">A guestbook of the version that is shown.</param>
    /// <param name="Text">1 to 500 characters.</param>
    internal sealed record Body(string ModuleId, string Text);

    /// <param name="EntryId">As it was sent.</param>
    internal sealed record WrittenEntry(Guid EntryId, DateTimeOffset WrittenAt);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/rooms/{id}/guestbook/{entryId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .Describe(
            "SignGuestbook",
            "Write in a guestbook",
            "Under an id that the client makes up, a uuid of version 4 or 7. Sent again, it is the same entry, and answered the same.")
        .Produces<WrittenEntry>(StatusCodes.Status201Created)
        .ForExample(new Body("guestbook-1", "What a view!"), new WrittenEntry(ExampleRooms.Entry, ExamplePeople.Then))
        .Refuses(
            RoomRefusals.RoomNotFound, RoomRefusals.Muted, RoomRefusals.ModuleNotFound, RoomRefusals.EntryInvalid, RoomRefusals.EntryIdReused, StoreRefusals.TooBusy)
        .Refuses(Problems.NotKnownYet, Problems.OutcomeUnknown);

    private static async Task<IResult> Answer(Guid id, Guid entryId, Body body, RoomDoor doors, RoomsLog rooms, TimeProvider clock, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        var command = new SignGuestbook(body.ModuleId, entryId, body.Text);
        (Door door, Problem? problem) = await doors.Enter(http, new RoomId(id)).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        DateTimeOffset now = clock.GetUtcNow();
        Transacted<Room> done = await rooms.Store.Transact(
            Room.Stream,
            id,
            room => SignGuestbook.Decide(room, command, door.Doorway, door.GuestModules, now),
            new CommandMetadata(door.Self!.Id.ToString(), entryId, CorrelationId: Problem.TraceId(http)),
            ct).ConfigureAwait(false);

        // What was acknowledged once is acknowledged again, even if they may not write any more.
        RecordedEvent? earlier = done.Earlier ?? (done.Refusal is null ? null : await rooms.Store.FindEvent(entryId, ct).ConfigureAwait(false));
        bool isTheSame = earlier is { Data: GuestbookSigned signed } && earlier.StreamId == id && signed.GuestId == door.Self.Id
            && signed.ModuleId == body.ModuleId && signed.Text.ValueOr("") == body.Text;
        if (earlier is not null && !isTheSame)
        {
            return Problem.Of(done.Refusal ?? RoomRefusals.EntryIdReused);
        }

        if (earlier is null && done.Refusal is { } refusal)
        {
            return Problem.Of(refusal);
        }

        rooms.At(earlier?.Position ?? done.Position).Write(http.Response);
        return TypedResults.Created((string?)null, new WrittenEntry(entryId, earlier?.Time ?? done.Time));
    }
}
