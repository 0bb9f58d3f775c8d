namespace Wya.EventStore.Postgres;

/// <summary>
/// The root of a tree that grows, in memory that hardly does: the hashes of the full subtrees that its leaves fall into, one
/// for each bit of its size, the largest first. A new leaf joins subtrees of equal size from the right, as a carry does in
/// an addition; the root joins what is left.
/// </summary>
public sealed class MerkleFrontier
{
    private readonly List<byte[]> full = [];

    public long Size { get; private set; }

    public byte[] Root
    {
        get
        {
            if (full.Count == 0)
            {
                return MerkleTree.Empty;
            }

            byte[] root = full[^1];
            for (int i = full.Count - 2; i >= 0; i--)
            {
                root = MerkleTree.Node(full[i], root);
            }

            return root;
        }
    }

    public void Add(byte[] leaf)
    {
        byte[] hash = leaf;
        for (long rest = Size; (rest & 1) == 1; rest >>= 1)
        {
            hash = MerkleTree.Node(full[^1], hash);
            full.RemoveAt(full.Count - 1);
        }

        full.Add(hash);
        Size++;
    }
}
