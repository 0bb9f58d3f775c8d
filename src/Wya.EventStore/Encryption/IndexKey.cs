using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore;

/// <summary>Marks the content of sensitive values whose words are put into an index, as digests.</summary>
public interface ISearchable;

/// <summary>
/// Turns words into digests that are equal for equal words of the same subject, and say nothing without the subject's key:
/// when that is destroyed, an index of them is noise, also in a backup.
/// </summary>
public sealed class IndexKey
{
    private readonly byte[] key;

    private IndexKey(byte[] key) => this.key = key;

    public Guid Digest(string word)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(word), digest);
        return new Guid(digest[..16], bigEndian: true);
    }

    /// <summary>The subject's key seals, and must not do anything else.</summary>
    internal static IndexKey Of(ReadOnlySpan<byte> subjectKey) => new(HMACSHA256.HashData(subjectKey, "wya search index"u8));
}
