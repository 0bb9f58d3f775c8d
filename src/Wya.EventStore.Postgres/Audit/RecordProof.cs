namespace Wya.EventStore.Postgres;

/// <summary>
/// Entries of a log, with what proves to anybody who has the public key that they are in it, unchanged and in their place.
/// It needs no database, and no trust in who gave it.
/// </summary>
/// <param name="Format">Always <c>wya-record-proof</c>.</param>
/// <param name="Checkpoint">What the log was when it was signed: a compact JWS.</param>
/// <param name="Key">Its public key; compare it with the one that is published, or with one that you were given before.</param>
/// <param name="Next">Where the next page begins; missing in the last one.</param>
public sealed record RecordProof(
    string Format, int Version, string Checkpoint, VerifyingKey Key, IReadOnlyList<ProvedEntry> Entries, string? Next = null)
{
    public const string Name = "wya-record-proof";

    /// <summary>What is wrong with it, in words; empty when all of it holds.</summary>
    /// <param name="key">That the checkpoint must be signed with.</param>
    public IReadOnlyList<string> Faults(VerifyingKey key)
    {
        if (Format != Name || Version != 1)
        {
            return ["It is no proof of this format and version."];
        }

        if (SignedCheckpoint.Parse(Checkpoint) is not { } seen || !SignedJson.IsSignedBy(Checkpoint, key))
        {
            return ["The checkpoint is not signed with this key."];
        }

        return [.. Entries.Where(entry => !entry.IsIn(seen.Says)).Select(entry => $"The entry at position {entry.Index + 1} is not in the log that was signed.")];
    }
}

/// <param name="Entry">The bytes that the chain covers, in base64.</param>
/// <param name="Index">Its place in the tree, from 0: one below its position.</param>
/// <param name="Path">The hashes beside it, from the leaf upwards, in base64 (RFC 6962, section 2.1.1).</param>
public sealed record ProvedEntry(string Entry, long Index, IReadOnlyList<string> Path)
{
    /// <summary>What the entry says; null when it is none.</summary>
    public ChainEntry? Read() => Bytes(Entry) is { } bytes ? ChainEntry.Parse(bytes) : null;

    internal bool IsIn(Checkpoint seen)
    {
        byte[]?[] path = [.. Path.Select(Bytes)];
        return Read() is { } entry && entry.Position == Index + 1 && Bytes(seen.Root) is { } root && !path.Contains(null)
            && MerkleTree.IsIncluded(MerkleTree.Leaf(Bytes(Entry)), Index, seen.Size, path!, root);
    }

    private static byte[]? Bytes(string text)
    {
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int written) ? bytes[..written] : null;
    }
}
