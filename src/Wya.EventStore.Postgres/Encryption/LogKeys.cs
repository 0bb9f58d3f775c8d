using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore.Postgres;

/// <summary>What a process needs to read and write what is sealed in a log.</summary>
/// <param name="Subjects">The keys of people.</param>
/// <param name="ClaimPepper">Kept outside the databases; the same for ever, or names that were taken become free.</param>
public sealed record LogKeys(ISubjectKeys Subjects, byte[] ClaimPepper)
{
    /// <summary>The kind of the claim stays readable: <c>handle:…</c>.</summary>
    internal string Digest(string claim) =>
        $"{claim.AsSpan(0, claim.IndexOf(':', StringComparison.Ordinal) + 1)}{Base64Url.EncodeToString(HMACSHA256.HashData(ClaimPepper, Encoding.UTF8.GetBytes(claim)))}";
}
