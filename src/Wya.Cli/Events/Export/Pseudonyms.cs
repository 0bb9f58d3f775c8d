using System.Security.Cryptography;
using System.Text;

namespace Wya.Cli;

/// <summary>
/// Other names for ids and for other texts that name somebody: equal for equal ones within an export, so that rows can still be
/// joined, and without the export's key nothing leads back. The first 16 bytes of HMAC-SHA-256, marked as a uuid of version 8.
/// One thread at a time.
/// </summary>
internal sealed class Pseudonyms(byte[] key) : IDisposable
{
    public const int KeyBytes = 32;

    // Streams, actors and requests come in runs; an id that fell out is only computed again.
    private const int Slots = 1 << 16;

    private readonly IncrementalHash hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
    private readonly IdDigest ids = new(key);
    private readonly (Guid Id, Guid Pseudonym)[] known = new (Guid, Guid)[Slots];

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    public Guid Of(Guid id)
    {
        ref (Guid Id, Guid Pseudonym) slot = ref known[id.GetHashCode() & (Slots - 1)];
        if (slot.Id != id || id == Guid.Empty)
        {
            Span<byte> bytes = stackalloc byte[16];
            Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
            id.TryWriteBytes(bytes, bigEndian: true, out _);
            ids.Of(bytes, digest);
            slot = (id, Uuid(digest));
        }

        return slot.Pseudonym;
    }

    /// <summary>Of a text; one that is an id has that id's pseudonym.</summary>
    public Guid Of(string text)
    {
        if (Guid.TryParse(text, out Guid id))
        {
            return Of(id);
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hmac.AppendData(Encoding.UTF8.GetBytes(text));
        hmac.GetHashAndReset(digest);
        return Uuid(digest);
    }

    public void Dispose() => hmac.Dispose();

    private static Guid Uuid(Span<byte> digest)
    {
        digest[6] = (byte)((digest[6] & 0x0f) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3f) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }
}
