using System.Security.Cryptography;
using Microsoft.Extensions.Caching.Memory;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;

namespace Wya.Api.Rooms;

/// <summary>
/// Reads what a version holds, and gives it away only when it is what was published. What was read is held in memory for a
/// moment: it never changes. Whether somebody may see it is asked before, each time.
/// </summary>
internal sealed class StoredVersions(RoomsLog rooms) : IDisposable
{
    private const long HeldBytesMax = 64 * 1024 * 1024;

    /// <summary>Short, because what is erased must go.</summary>
    private static readonly TimeSpan HeldFor = TimeSpan.FromMinutes(1);

    private readonly MemoryCache held = new(new MemoryCacheOptions { SizeLimit = HeldBytesMax });

    /// <exception cref="ObjectsAwayException">The object does not come, or it is not what the log says.</exception>
    public Task<byte[]> Read(RoomVersionRow version, CancellationToken ct) => Read(new RoomId(version.RoomId), version.Version, version.Sha256, ct);

    /// <inheritdoc cref="Read(RoomVersionRow, CancellationToken)"/>
    public async Task<byte[]> Read(RoomId room, int version, string sha256, CancellationToken ct)
    {
        string key = RoomObject.Key(room, version);
        if (held.TryGetValue(key, out byte[]? earlier))
        {
            return earlier!;
        }

        byte[] bytes = await rooms.Objects.Read(key, ct).ConfigureAwait(false) ?? throw new ObjectsAwayException("A version is without its object.");
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == sha256
            ? held.Set(key, bytes, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = HeldFor, Size = bytes.Length })
            : throw new ObjectsAwayException("An object is not what was published.");
    }

    public void Dispose() => held.Dispose();
}
