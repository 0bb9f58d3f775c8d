using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore;

/// <summary>
/// Event ids are a function of the command, so that a command sent twice names the same events, and the unique
/// index on the event id makes the second append impossible, for ever and on every node.
/// </summary>
public static class EventIds
{
    /// <summary>The id of a command from its client's key: the same actor, route and key give the same id.</summary>
    public static Guid ForCommand(string actor, string route, string key) =>
        Hash(Encoding.UTF8.GetBytes($"{actor.Length}:{actor}{route.Length}:{route}{key}"));

    /// <summary>
    /// The id of the event that a command records as its n-th (from 0), counted over all its streams.
    /// The first keeps the command's own id, so that one look-up answers "was this command recorded?".
    /// </summary>
    public static Guid ForEvent(Guid commandId, int ordinal)
    {
        if (ordinal == 0)
        {
            return commandId;
        }

        Span<byte> bytes = stackalloc byte[20];
        commandId.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], ordinal);
        return Hash(bytes);
    }

    private static Guid Hash(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // version 8: made by hashing
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
