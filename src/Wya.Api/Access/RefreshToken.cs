using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Wya.Projections.Identity;

namespace Wya.Api.Access;

/// <summary>
/// An opaque secret that is good for one refresh. Two random values of 256 bits: the first stays the same for the whole
/// session and tells which one a token belongs to, even when it was used long ago; the second is new each time. Nobody can
/// make a token of a session who has not held one, so nobody can have a session ended as stolen by guessing.
/// </summary>
internal sealed class RefreshToken
{
    private const int PartBytes = 32;
    private const int Characters = 86; // base64url of 64 bytes

    private readonly byte[] bytes;

    private RefreshToken(byte[] bytes) => this.bytes = bytes;

    /// <summary>What the database keeps of it.</summary>
    public TokenDigests Digests => new(SHA256.HashData(bytes.AsSpan(0, PartBytes)), SHA256.HashData(bytes));

    public static RefreshToken OfNewSession() => new(RandomNumberGenerator.GetBytes(2 * PartBytes));

    /// <summary>The next one of the same session.</summary>
    public RefreshToken Successor() => new([.. bytes.AsSpan(0, PartBytes), .. RandomNumberGenerator.GetBytes(PartBytes)]);

    public static bool TryParse(string text, [NotNullWhen(true)] out RefreshToken? token)
    {
        byte[] bytes = new byte[2 * PartBytes];
        token = text.Length == Characters && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out int written) && written == bytes.Length
            ? new RefreshToken(bytes)
            : null;
        return token is not null;
    }

    /// <summary>As it is sent, once; it is written nowhere else.</summary>
    public string Reveal() => Base64Url.EncodeToString(bytes);
}
