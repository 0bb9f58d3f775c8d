using System.Globalization;
using Microsoft.Net.Http.Headers;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;

namespace Wya.Api.Rooms;

/// <summary>
/// The object itself, for who knows its address: at each request it is looked whether it may still be shown, from rooms'
/// own rows. It comes so that it can do nothing: no script, no frame, no type but its own.
/// </summary>
internal static class ShowObjectEndpoint
{
    public const string ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/objects/room/{id}/{file}", Answer)
        .AllowAnyone()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ShowObject",
            "Fetch the object of a version",
            "At the address that a version leads to. It never changes: it has a strong tag, may be fetched in parts, and may be held for ever where its address is open. "
            + "A version that was taken down is not here, whatever was signed before.")
        .Produces<object>()
        .Produces(StatusCodes.Status206PartialContent)
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(RoomRefusals.VersionNotFound);

    private static async Task<IResult> Answer(
        Guid id, string file, RoomsLog rooms, StoredVersions stored, ContentAddresses addresses, Settings settings, HttpContext http, long expires = 0, string? signature = null)
    {
        CancellationToken ct = http.RequestAborted;
        if (await Find(id, file, rooms, addresses, expires, signature, ct).ConfigureAwait(false) is not var (room, version, sha256, isOpen))
        {
            return Problem.Of(RoomRefusals.VersionNotFound);
        }

        IHeaderDictionary headers = http.Response.Headers;
        headers["Cache-Tag"] = $"room-{id}";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"; // it stands on an origin of its own, and is fetched from the site's
        headers.AccessControlAllowOrigin = "*";
        if (settings.S3RedirectLifetime > TimeSpan.Zero
            && rooms.Objects.SignedAddress(RoomObject.Key(room, version), settings.S3RedirectLifetime) is { } away)
        {
            return TypedResults.Redirect(away.ToString());
        }

        headers.CacheControl = isOpen
            ? "public, max-age=31536000, immutable"
            : string.Create(CultureInfo.InvariantCulture, $"private, max-age={(int)ContentAddresses.SignedFor.TotalSeconds}, immutable");
        var tag = new EntityTagHeaderValue($"\"{sha256}\"");
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(held => held.Compare(tag, useStrongComparison: false)))
        {
            headers.ETag = tag.ToString();
            return TypedResults.StatusCode(StatusCodes.Status304NotModified); // and nothing is read
        }

        byte[] bytes = await stored.Read(room, version, sha256, ct).ConfigureAwait(false);
        return TypedResults.Bytes(bytes, "application/json; charset=utf-8", enableRangeProcessing: true, entityTag: tag);
    }

    private static async Task<(RoomId Room, int Version, string Sha256, bool IsOpen)?> Find(
        Guid id, string file, RoomsLog rooms, ContentAddresses addresses, long expires, string? signature, CancellationToken ct)
    {
        if (!file.EndsWith(".json", StringComparison.Ordinal)
            || !int.TryParse(file.AsSpan(0, file.Length - ".json".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return null;
        }

        var room = new RoomId(id);
        Door door = await RoomDoors.OfRoom(rooms.Database, null, room, ct).ConfigureAwait(false);
        if (door.Room is null || door.Owner is not { IsGone: false })
        {
            return null;
        }

        bool isOpen = signature is null;
        if (isOpen ? !ContentAddresses.IsOpen(door.Room, door.Owner, number) : !addresses.IsSigned(door.Room, number, expires, signature!))
        {
            return null;
        }

        string? sha256 = door.Room.Active is { } active && active.Version == number
            ? active.Sha256
            : await RoomHistories.Version(rooms.Database, room, number, ct).ConfigureAwait(false) is { TakenDownAt: null } earlier ? earlier.Sha256 : null;
        return sha256 is null ? null : (room, number, sha256, isOpen);
    }
}
