using System.Numerics;
using System.Security.Cryptography;

namespace Wya.EventStore.Postgres;

/// <summary>The hash of the leaves from <paramref name="start"/> on, as a tree of their own.</summary>
public delegate byte[] SubtreeHash(long start, long count);

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1: leaves and inner nodes are hashed apart, and n leaves are split at the largest
/// power of two below n. So a tree that has grown still holds the nodes of what it was, and two short lists of hashes prove
/// that an entry is in it (inclusion) and that it begins with all of an earlier one (consistency): about log2(n) hashes each.
/// </summary>
public static class MerkleTree
{
    public const int HashBytes = SHA256.HashSizeInBytes;

    /// <summary>Of the empty tree.</summary>
    public static byte[] Empty => SHA256.HashData([]);

    public static byte[] Leaf(ReadOnlySpan<byte> entry) => SHA256.HashData([0, .. entry]);

    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => SHA256.HashData([1, .. left, .. right]);

    public static byte[] Root(IReadOnlyList<byte[]> leaves) => leaves.Count == 0 ? Empty : Of(leaves)(0, leaves.Count);

    /// <summary>Hashes of leaves that are all at hand.</summary>
    public static SubtreeHash Of(IReadOnlyList<byte[]> leaves)
    {
        return Hash;

        byte[] Hash(long start, long count) => count == 1
            ? leaves[checked((int)start)]
            : Node(Hash(start, Split(count)), Hash(start + Split(count), count - Split(count)));
    }

    /// <summary>The largest power of two below a number above 1: how many leaves are on the left.</summary>
    public static long Split(long count) => 1L << (63 - BitOperations.LeadingZeroCount((ulong)(count - 1)));

    /// <summary>What proves that the leaf of this index (from 0) is in the tree of this size; from the leaf upwards.</summary>
    public static IReadOnlyList<byte[]> InclusionPath(long index, long size, SubtreeHash hash)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        List<byte[]> path = [];
        Descend(0, size);
        return path;

        void Descend(long start, long count)
        {
            if (count == 1)
            {
                return;
            }

            long left = Split(count);
            bool isLeft = index < start + left;
            Descend(isLeft ? start : start + left, isLeft ? left : count - left);
            path.Add(isLeft ? hash(start + left, count - left) : hash(start, left));
        }
    }

    /// <summary>What proves that the tree of one size begins with all leaves of a smaller one.</summary>
    public static IReadOnlyList<byte[]> ConsistencyPath(long from, long to, SubtreeHash hash)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        List<byte[]> path = [];
        Descend(0, from, to, isWhole: true);
        return path;

        // The first `old` leaves of the `count` from `start` on were there before; isWhole: they were a tree by themselves.
        void Descend(long start, long old, long count, bool isWhole)
        {
            if (old == count)
            {
                if (!isWhole)
                {
                    path.Add(hash(start, count));
                }

                return;
            }

            long left = Split(count);
            if (old <= left)
            {
                Descend(start, old, left, isWhole);
                path.Add(hash(start + left, count - left));
            }
            else
            {
                Descend(start + left, old - left, count - left, isWhole: false);
                path.Add(hash(start, left));
            }
        }
    }

    public static bool IsIncluded(byte[] leaf, long index, long size, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || !AreHashes(path))
        {
            return false;
        }

        long place = index, last = size - 1;
        byte[] hash = leaf;
        foreach (byte[] beside in path)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                hash = Node(beside, hash);
                while ((place & 1) == 0 && place != 0)
                {
                    place >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = Node(hash, beside);
            }

            place >>= 1;
            last >>= 1;
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    public static bool IsConsistent(long from, ReadOnlySpan<byte> fromRoot, long to, ReadOnlySpan<byte> toRoot, IReadOnlyList<byte[]> path)
    {
        if (from < 1 || from > to || !AreHashes(path))
        {
            return false;
        }

        if (from == to)
        {
            return path.Count == 0 && fromRoot.SequenceEqual(toRoot);
        }

        // A tree of 2^n leaves is a node of the larger one itself, and is not repeated in the path.
        Queue<byte[]> rest = new(BitOperations.IsPow2(from) ? path.Prepend(fromRoot.ToArray()) : path);
        if (rest.Count == 0)
        {
            return false;
        }

        long place = from - 1, last = to - 1;
        while ((place & 1) == 1)
        {
            place >>= 1;
            last >>= 1;
        }

        byte[] older = rest.Dequeue(), newer = older;
        foreach (byte[] beside in rest)
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                older = Node(beside, older);
                newer = Node(beside, newer);
                while ((place & 1) == 0 && place != 0)
                {
                    place >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newer = Node(newer, beside);
            }

            place >>= 1;
            last >>= 1;
        }

        return last == 0 && fromRoot.SequenceEqual(older) && toRoot.SequenceEqual(newer);
    }

    private static bool AreHashes(IReadOnlyList<byte[]> path) => path.All(hash => hash.Length == HashBytes);
}
