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
        ref (Guid Id, Guid Pseudonym) slot = ref Slot(id);
        if (slot.Id != id || slot.Pseudonym == Guid.Empty)
        {
            Learn([id]);
        }

        return slot.Pseudonym;
    }

    /// <summary>Computes together what is soon asked for one by one, as far as it is not known.</summary>
    public void Learn(ReadOnlySpan<Guid> wanted)
    {
        Span<Guid> missing = stackalloc Guid[IdDigest.Lanes], digests = stackalloc Guid[IdDigest.Lanes];
        int count = 0;
        foreach (Guid id in wanted)
        {
            ref (Guid Id, Guid Pseudonym) slot = ref Slot(id);
            if ((slot.Id != id || slot.Pseudonym == Guid.Empty) && !missing[..count].Contains(id))
            {
                missing[count++] = id;
            }
        }

        if (count == 0)
        {
            return;
        }

        ids.Of(missing[..count], digests);
        for (int i = 0; i < count; i++)
        {
            Slot(missing[i]) = (missing[i], Uuid(digests[i]));
        }
    }

    /// <summary>Of a text in UTF-8; one that is an id has that id's pseudonym.</summary>
    public Guid Of(ReadOnlySpan<byte> text)
    {
        if (Guid.TryParse(text, out Guid id))
        {
            return Of(id);
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hmac.AppendData(text);
        hmac.GetHashAndReset(digest);
        return Uuid(new Guid(digest[..16], bigEndian: true));
    }

    public Guid Of(string text) => Of(Encoding.UTF8.GetBytes(text));

    public void Dispose() => hmac.Dispose();

    private ref (Guid Id, Guid Pseudonym) Slot(Guid id) => ref known[id.GetHashCode() & (Slots - 1)];

    private static Guid Uuid(Guid digest)
    {
        Span<byte> bytes = stackalloc byte[16];
        digest.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
