using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace Wya.Api.Access;

/// <summary>
/// Tokens whose signature has been checked: a client sends the same one with each request for ten minutes, and a signature
/// costs more to check than most requests cost to answer. Found by the digest of the whole token, so that no other is taken
/// for it; whether its time has come or gone is looked at each time. Two generations bound it.
/// </summary>
internal sealed class KnownTokens
{
    private const int TokensMax = 50_000;

    private readonly Lock gate = new();
    private Dictionary<Digest, Known> young = [];
    private Dictionary<Digest, Known> old = [];

    /// <summary>SHA-256.</summary>
    private readonly record struct Digest(UInt128 High, UInt128 Low);

    internal sealed record Known(ClaimsPrincipal Principal, AccessClaims Claims);

    public Known? Find(string token)
    {
        Digest digest = Of(token);
        lock (gate)
        {
            return young.TryGetValue(digest, out Known? known) || old.TryGetValue(digest, out known) ? known : null;
        }
    }

    public void Add(string token, Known known)
    {
        Digest digest = Of(token);
        lock (gate)
        {
            if (young.Count >= TokensMax / 2)
            {
                old = young;
                young = [];
            }

            young[digest] = known;
        }
    }

    private static Digest Of(string token)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), digest);
        return new Digest(BitConverter.ToUInt128(digest), BitConverter.ToUInt128(digest[16..]));
    }
}
