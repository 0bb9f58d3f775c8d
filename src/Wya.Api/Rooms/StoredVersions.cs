using System.Security.Cryptography;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;

namespace Wya.Api.Rooms;

/// <summary>Reads what a version holds, and gives it away only when it is what was published.</summary>
internal static class StoredVersions
{
    /// <exception cref="ObjectsAwayException">The object does not come, or it is not what the log says.</exception>
    public static async Task<byte[]> Read(IObjects objects, RoomVersionRow version, CancellationToken ct)
    {
        byte[] bytes = await objects.Read(RoomObject.Key(new RoomId(version.RoomId), version.Version), ct).ConfigureAwait(false)
            ?? throw new ObjectsAwayException("A version is without its object.");
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == version.Sha256
            ? bytes
            : throw new ObjectsAwayException("An object is not what was published.");
    }
}
