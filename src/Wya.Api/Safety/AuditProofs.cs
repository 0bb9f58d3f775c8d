using System.Security.Cryptography;
using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

/// <summary>Proofs from safety's log against its checkpoints, and the public key that signs them.</summary>
internal sealed class AuditProofs(SafetyLog safety, CheckpointFile checkpoints, KeyRing ring) : IDisposable
{
    private readonly LogTree tree = new(new ChainedLog(safety.Database.DataSource, safety.Database.LogSchema));

    public ChainedLog Log { get; } = new(safety.Database.DataSource, safety.Database.LogSchema);

    public VerifyingKey Key
    {
        get
        {
            using ECDsa key = ring.ReceiptKey();
            return VerifyingKey.Of(key);
        }
    }

    public Task<SignedCheckpoint?> Newest(CancellationToken ct) => checkpoints.Last(ct);

    /// <summary>The checkpoint of this size; null when none was signed.</summary>
    public SignedCheckpoint? At(long size) => checkpoints.All().FirstOrDefault(checkpoint => checkpoint.Says.Size == size);

    /// <summary>Newest first, below a size.</summary>
    public IReadOnlyList<SignedCheckpoint> Before(long size, int limit)
    {
        Queue<SignedCheckpoint> last = new(limit);
        foreach (SignedCheckpoint checkpoint in checkpoints.All().TakeWhile(checkpoint => checkpoint.Says.Size < size))
        {
            if (last.Count == limit)
            {
                last.Dequeue();
            }

            last.Enqueue(checkpoint);
        }

        return [.. last.Reverse()];
    }

    /// <returns>Null when the log is not what the checkpoint has seen.</returns>
    public async Task<IReadOnlyList<ProvedEntry>?> Prove(Checkpoint seen, IReadOnlyList<long> positions, CancellationToken ct)
    {
        if (await tree.At(seen, positions.Select(position => position - 1), ct).ConfigureAwait(false) is not { } hash)
        {
            return null;
        }

        List<ProvedEntry> proved = [];
        foreach (long position in positions)
        {
            ChainEntry? entry = null;
            await foreach (ChainedPosition row in Log.Read(position - 1, position, ct).ConfigureAwait(false))
            {
                entry = row.Entry;
            }

            if (entry is null || !MerkleTree.Leaf(entry.ToBytes()).AsSpan().SequenceEqual(hash(position - 1, 1)))
            {
                return null;
            }

            proved.Add(new ProvedEntry(
                Convert.ToBase64String(entry.ToBytes()),
                position - 1,
                [.. MerkleTree.InclusionPath(position - 1, seen.Size, hash).Select(Convert.ToBase64String)]));
        }

        return proved;
    }

    /// <returns>Null when the log is not what the newer checkpoint has seen.</returns>
    public async Task<IReadOnlyList<string>?> ProveConsistency(Checkpoint older, Checkpoint newer, CancellationToken ct) =>
        await tree.At(newer, [older.Size - 1], ct).ConfigureAwait(false) is { } hash
            ? [.. MerkleTree.ConsistencyPath(older.Size, newer.Size, hash).Select(Convert.ToBase64String)]
            : null;

    public void Dispose() => tree.Dispose();
}
