using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowVersionsEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for older ones; left out on the last page.</param>
    internal sealed record Versions(IReadOnlyList<ListedVersion> Items, string? Next = null);

    /// <param name="RestoredFrom">The version whose contents it repeats.</param>
    internal sealed record ListedVersion(
        int Version,
        UserId AuthorId,
        DateTimeOffset PublishedAt,
        string Sha256,
        int Bytes,
        bool IsActive,
        string? Note = null,
        int? RestoredFrom = null,
        DateTimeOffset? TakenDownAt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/rooms/{id}/versions", Answer)
        .RequireSignIn()
        .AnswersFromHeadSeen()
        .Describe("ShowVersions", "Show the history of a room", "To its owner: every version that was ever shown, newest first, with its note.")
        .Produces<Versions>()
        .ForExample(answer: new Versions([new ListedVersion(3, ExamplePeople.MaraId, ExamplePeople.Then, PublishedVersion.Example.Sha256, 1834, IsActive: true, "Autumn")]))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom)
        .Refuses(Problems.CursorMalformed, Problems.NotKnownYet);

    private static async Task<IResult> Answer(
        Guid id, RoomDoor doors, RoomsLog rooms, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        if (!SequenceCursor.TryRead(cursor, limit, out long? before))
        {
            return Problems.CursorMalformed;
        }

        (Door door, Problem? problem) = await doors.EnterAsOwner(http, new RoomId(id)).ConfigureAwait(false);
        problem ??= Freshness.Holds(http, rooms, door.Head);
        if (problem is not null)
        {
            return problem;
        }

        IReadOnlyList<VersionView> found = await RoomHistories.Versions(rooms.Database, new RoomId(id), before, limit + 1, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new Versions(
            [
                .. found.Take(limit).Select(one => new ListedVersion(
                    one.Row.Version,
                    new UserId(one.Row.AuthorId),
                    one.Row.PublishedAt,
                    one.Row.Sha256,
                    one.Row.Bytes,
                    one.Row.Version == door.Room!.Active?.Version,
                    one.Note,
                    one.Row.RestoredFrom,
                    one.Row.TakenDownAt)),
            ],
            found.Count > limit ? SequenceCursor.Of(found[limit - 1].Row.Sequence) : null));
    }
}

/// <summary>A place in a list that is ordered by a stream's sequence, newest first.</summary>
internal static class SequenceCursor
{
    public static string Of(long sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    public static bool TryRead(string? cursor, int limit, out long? before)
    {
        before = null;
        if (limit is < 1 or > Limits.PageItemsMax)
        {
            return false;
        }

        if (cursor is null)
        {
            return true;
        }

        bool isPlace = long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence);
        before = sequence;
        return isPlace;
    }
}
