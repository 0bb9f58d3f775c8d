using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;

namespace Wya.Api.Rooms;

/// <summary>
/// Where a version can be fetched. Of a public room of an adult at an address that never changes, so that a cache far away
/// may hold it; of all others at one that is signed for four to five minutes, after whoever asks has been let in. A signature names
/// the visibility under which it was given: when the owner changes that, it is worth nothing.
/// </summary>
internal sealed class ContentAddresses(Settings settings, TimeProvider clock)
{
    public static readonly TimeSpan SignedFor = TimeSpan.FromMinutes(5);

    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, settings.KeyRing.ClaimPepper, 32, info: "addresses of rooms"u8.ToArray());

    /// <summary>Whether what the room shows needs no signature.</summary>
    public static bool MayBeOpen(RoomView room, Visitor owner) =>
        room.Visibility == RoomVisibility.Public && RoomPolicy.For(owner.AgeLayer).HasOpenAddresses;

    /// <summary>Whether this version needs no signature.</summary>
    public static bool IsOpen(RoomView room, Visitor owner, int version) => MayBeOpen(room, owner) && room.Active?.Version == version;

    /// <param name="door">Of somebody who may look.</param>
    public string Of(Door door, int version)
    {
        string key = RoomObject.Key(door.Room!.Id, version);
        string address = $"{settings.ContentOrigin}/objects/{key}";
        if (IsOpen(door.Room, door.Owner!, version))
        {
            return address;
        }

        // To the full minute, so that who asks twice within it is told the same.
        long expires = (clock.GetUtcNow() + SignedFor).ToUnixTimeSeconds() / 60 * 60;
        return string.Create(CultureInfo.InvariantCulture, $"{address}?expires={expires}&signature={Sign(key, expires, door.Room.Visibility)}");
    }

    public bool IsSigned(RoomView room, int version, long expires, string signature) =>
        clock.GetUtcNow().ToUnixTimeSeconds() <= expires
        && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Sign(RoomObject.Key(room.Id, version), expires, room.Visibility)), Encoding.UTF8.GetBytes(signature));

    private string Sign(string objectKey, long expires, RoomVisibility visibility) => Base64Url.EncodeToString(HMACSHA256.HashData(
        key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{objectKey}|{expires}|{visibility}"))));
}
