using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Wya.EventStore.Postgres;

/// <summary>What a log was at one moment, signed and kept outside its database: whatever changes afterwards differs from it.</summary>
/// <param name="Origin">Which log: <c>wya/safety</c>.</param>
/// <param name="Size">How many events; the last one's position.</param>
/// <param name="Root">Of the Merkle tree over their leaves, in base64.</param>
/// <param name="Chain">The running value after the last of them, in base64.</param>
/// <param name="Time">When it was signed.</param>
/// <param name="Previous">SHA-256 of the text of the checkpoint before, in base64; null in the first. None can be left out unseen.</param>
public sealed record Checkpoint(
    [property: JsonRequired] string Origin,
    [property: JsonRequired] long Size,
    [property: JsonRequired] string Root,
    [property: JsonRequired] string Chain,
    [property: JsonRequired] DateTimeOffset Time,
    string? Previous = null)
{
    public const string Type = "wya-audit-checkpoint+jwt";

    public static string OriginOf(string domain) => $"wya/{domain}";

    public static string DigestOf(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <param name="Text">As it stands in the file, a compact JWS.</param>
public sealed record SignedCheckpoint(string Text, Checkpoint Says)
{
    public static SignedCheckpoint Sign(ECDsa key, Checkpoint checkpoint) =>
        new(SignedJson.Sign(key, Checkpoint.Type, checkpoint), checkpoint);

    /// <summary>Null for a line that is none, such as one that was torn when its writer died.</summary>
    public static SignedCheckpoint? Parse(string text) =>
        SignedJson.Read<Checkpoint>(text, Checkpoint.Type) is { } says ? new SignedCheckpoint(text, says) : null;
}
