using System.Text.Json.Nodes;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class CompareVersionsEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/rooms/{id}/versions/{version:int}/diff/{other:int}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "CompareVersions",
            "Show what differs between two versions",
            "To the owner: the modules that came, went and changed, by their ids, and what changed in layout and theme; from the first to the second.")
        .Produces<VersionDifference>()
        .ForExample(answer: new VersionDifference([], [], [], [], [new MemberDifference("accent", JsonValue.Create("#7A5AF8"), JsonValue.Create("#0C8A5F"))], []))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom, RoomRefusals.VersionNotFound, RoomRefusals.VersionTakenDown)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, int version, int other, RoomDoor doors, RoomsLog rooms, StoredVersions stored, HttpContext http)
    {
        (_, Problem? problem) = await doors.EnterAsOwner(http, new RoomId(id)).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        List<JsonObject> contents = [];
        foreach (int number in (int[])[version, other])
        {
            RoomVersionRow? row = await RoomHistories.Version(rooms.Database, new RoomId(id), number, http.RequestAborted).ConfigureAwait(false);
            if (row is null or { TakenDownAt: not null })
            {
                return Problem.Of(row is null ? RoomRefusals.VersionNotFound : RoomRefusals.VersionTakenDown);
            }

            contents.Add(JsonNode.Parse(await stored.Read(row, http.RequestAborted).ConfigureAwait(false))!.AsObject());
        }

        return TypedResults.Ok(CompareVersions.Between(contents[0], contents[1]));
    }
}
