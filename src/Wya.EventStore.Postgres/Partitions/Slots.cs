using System.Security.Cryptography;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The slots among which the streams of a partitioned domain are shared, and which its logs hold. A stream's slot is the first
/// byte of the SHA-256 of its id, big-endian, and stays so for ever: <c>wya_slot.sql</c> says the same.
/// </summary>
public static class Slots
{
    public const int Count = 256;

    public static int Of(Guid stream)
    {
        Span<byte> id = stackalloc byte[16], digest = stackalloc byte[SHA256.HashSizeInBytes];
        stream.TryWriteBytes(id, bigEndian: true, out _);
        SHA256.HashData(id, digest);
        return digest[0];
    }
}

/// <summary>The stream is held by another log of the domain, or is on its way there. Nothing was recorded.</summary>
public sealed class StreamElsewhereException() : Exception("The stream is held by another log.");
