namespace Wya.EventStore.Postgres;

/// <summary>
/// Proofs over a long log. In memory are the roots of its full blocks of 256 leaves alone (a million events: 128 KiB); the
/// leaves of a block that a proof goes into are read from the chain. What is read may have been tampered with, so whoever
/// shows a proof compares its root with a signed checkpoint first: <see cref="At"/> does.
/// </summary>
public sealed class LogTree(ChainedLog log) : IDisposable
{
    private const int BlockLeaves = 256;

    private readonly SemaphoreSlim one = new(1);
    private readonly List<byte[]> blocks = [];

    /// <summary>The tree as a checkpoint has seen it, ready for proofs of these indices, and from these earlier sizes.</summary>
    /// <returns>Null when the log has another root now: it is not what the checkpoint has seen.</returns>
    public async Task<SubtreeHash?> At(Checkpoint seen, IEnumerable<long> indices, CancellationToken ct)
    {
        await one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            while ((blocks.Count + 1L) * BlockLeaves <= seen.Size)
            {
                blocks.Add(MerkleTree.Root(await Block(blocks.Count, seen.Size, ct).ConfigureAwait(false)));
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            one.Release();
        }

        byte[][] full = [.. blocks];
        Dictionary<long, IReadOnlyList<byte[]>> opened = [];
        try
        {
            foreach (long block in indices.Append(seen.Size - 1).Select(index => index / BlockLeaves).Distinct())
            {
                opened[block] = await Block(block, seen.Size, ct).ConfigureAwait(false);
            }
        }
        catch (InvalidDataException)
        {
            return null;
        }

        return Convert.ToBase64String(Hash(0, seen.Size)) == seen.Root ? Hash : null;

        byte[] Hash(long start, long count)
        {
            if (count == BlockLeaves && start % BlockLeaves == 0 && !opened.ContainsKey(start / BlockLeaves))
            {
                return full[start / BlockLeaves];
            }

            if (count == 1)
            {
                return opened[start / BlockLeaves][(int)(start % BlockLeaves)];
            }

            long left = MerkleTree.Split(count);
            return MerkleTree.Node(Hash(start, left), Hash(start + left, count - left));
        }
    }

    public void Dispose() => one.Dispose();

    private Task<IReadOnlyList<byte[]>> Block(long block, long size, CancellationToken ct) =>
        log.Leaves(block * BlockLeaves, Math.Min((block + 1) * BlockLeaves, size), ct);
}
