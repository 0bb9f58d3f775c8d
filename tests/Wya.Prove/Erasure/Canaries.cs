using System.Security.Cryptography;

namespace Wya.Prove.Erasure;

/// <summary>
/// Marked strings: each begins with a mark of this run that occurs nowhere else, so that one look over the bytes finds all of
/// them. Those that are only ever stored sealed, and handles (which stand in a table in the clear while a person lives) have
/// marks of their own.
/// </summary>
internal sealed class Canaries
{
    private const string Letters = "bcdfghjkmnpqrtvwxyz";

    public string SealedMark { get; } = "zq" + Text(8);

    public string HandleMark { get; } = "hq" + Text(8);

    public string NewSealed() => SealedMark + Text(12);

    public string NewHandle() => HandleMark + Text(12);

    public static string Text(int length) => RandomNumberGenerator.GetString(Letters, length);
}

/// <summary>A person of a proof, and what is known of them.</summary>
/// <param name="Reasons">Of a suspension, a ban, a restriction, a revocation.</param>
/// <param name="Said">A message, and what it was edited to.</param>
internal sealed record MarkedPerson(
    Guid Id, string Handle, DateOnly BirthDate, string Contact, IReadOnlyList<string> Reasons, IReadOnlyList<string> Said, HttpClient Client)
{
    /// <summary>How many strings are stored sealed, and nowhere else.</summary>
    public const int SealedCount = 7;

    public IEnumerable<string> Sealed => [Contact, .. Reasons, .. Said];

    /// <summary>The answer to their wish to be erased.</summary>
    public string? Ticket { get; set; }
}
