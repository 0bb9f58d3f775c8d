using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class SaveDraftEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/rooms/{id}/draft", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .WithMetadata(new RequestSizeLimitAttribute(RoomPolicy.DraftBytesMax))
        .Accepts<object>("application/json")
        .Describe(
            "SaveDraft",
            "Save the draft of a room",
            "Of at most 256 KiB, for the owner alone: nothing of it is shown before it is published, and it may be unfinished. "
            + "If-Match names the tag that was seen, or If-None-Match is * where there was none.")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom)
        .Refuses(Problems.DraftConditionMissing, Problems.DraftChanged, Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, RoomDoor doors, RoomsLog rooms, TimeProvider clock, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        (long? held, Problem? problem) = DraftTag.Condition(http.Request);
        if (problem is not null)
        {
            return problem;
        }

        (_, problem) = await doors.EnterAsOwner(http, new RoomId(id)).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, ct).ConfigureAwait(false);
        ReadOnlyMemory<byte> json = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (!IsObject(json))
        {
            return Problems.MalformedRequest("A draft is one JSON object, without doubled members, and not deeper than 16.");
        }

        long? revision = await RoomDrafts.Save(rooms.Database, new RoomId(id), http.Caller().Id, held, json, clock.GetUtcNow(), ct).ConfigureAwait(false);
        if (revision is null)
        {
            return Problems.DraftChanged;
        }

        http.Response.Headers.ETag = DraftTag.Of(revision.Value);
        return TypedResults.NoContent();
    }

    private static bool IsObject(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Limits.JsonDepthMax, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
