using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>The tree of RFC 6962: known answers, and what must hold for trees of every size.</summary>
[Trait("seed", "7.1")]
public sealed class MerkleTreeTests
{
    private const int SizeMax = 70;

    /// <summary>The reference tree of Certificate Transparency: its leaves, and its root after each.</summary>
    private static readonly (string Entry, string Root)[] Reference =
    [
        ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
        ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
        ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ];

    private static readonly byte[][] ReferenceLeaves = [.. Reference.Select(row => MerkleTree.Leaf(Convert.FromHexString(row.Entry)))];

    private static readonly byte[][] Leaves = [.. Enumerable.Range(0, SizeMax).Select(n => MerkleTree.Leaf([(byte)n]))];

    [Fact]
    public void The_roots_are_those_of_the_reference_tree()
    {
        Hex(MerkleTree.Root([])).ShouldBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        var frontier = new MerkleFrontier();
        frontier.Root.ShouldBe(MerkleTree.Empty);
        for (int size = 1; size <= Reference.Length; size++)
        {
            frontier.Add(ReferenceLeaves[size - 1]);
            Hex(MerkleTree.Root(ReferenceLeaves[..size])).ShouldBe(Reference[size - 1].Root);
            Hex(frontier.Root).ShouldBe(Reference[size - 1].Root);
        }
    }

    [Theory]
    [InlineData(0, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(0, 1, "")]
    public void Inclusion_paths_are_those_of_the_reference_tree(long index, long size, string path) =>
        string.Join(' ', MerkleTree.InclusionPath(index, size, MerkleTree.Of(ReferenceLeaves[..(int)size])).Select(Hex)).ShouldBe(path);

    [Theory]
    [InlineData(1, 8, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7 5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e 6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(8, 8, "")]
    public void Consistency_paths_are_those_of_the_reference_tree(long from, long to, string path) =>
        string.Join(' ', MerkleTree.ConsistencyPath(from, to, MerkleTree.Of(ReferenceLeaves[..(int)to])).Select(Hex)).ShouldBe(path);

    [Fact]
    public void Every_leaf_of_every_tree_is_proved_to_be_in_it()
    {
        for (int size = 1; size <= SizeMax; size++)
        {
            byte[][] leaves = Leaves[..size];
            byte[] root = MerkleTree.Root(leaves);
            for (int index = 0; index < size; index++)
            {
                MerkleTree.IsIncluded(leaves[index], index, size, MerkleTree.InclusionPath(index, size, MerkleTree.Of(leaves)), root).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Every_tree_is_proved_to_begin_with_every_smaller_one()
    {
        for (int to = 1; to <= SizeMax; to++)
        {
            byte[] toRoot = MerkleTree.Root(Leaves[..to]);
            for (int from = 1; from <= to; from++)
            {
                IReadOnlyList<byte[]> path = MerkleTree.ConsistencyPath(from, to, MerkleTree.Of(Leaves[..to]));
                MerkleTree.IsConsistent(from, MerkleTree.Root(Leaves[..from]), to, toRoot, path).ShouldBeTrue($"{from} to {to}");
            }
        }
    }

    [Fact]
    public void No_altered_proof_of_inclusion_is_believed() => Prop.ForAll(
        Arb.From(from size in Gen.Choose(1, SizeMax)
                 from index in Gen.Choose(0, size - 1)
                 from what in Gen.Choose(0, 6)
                 from at in Gen.Choose(0, 1000)
                 select (size, index, what, at)),
        drawn =>
        {
            (int size, int index, int what, int at) = drawn;
            List<byte[]> path = [.. MerkleTree.InclusionPath(index, size, MerkleTree.Of(Leaves[..size]))];
            byte[] leaf = Leaves[index], root = MerkleTree.Root(Leaves[..size]);
            long claimedIndex = index;
            switch (what)
            {
                case 0: leaf = Flipped(leaf, at); break;
                case 1: root = Flipped(root, at); break;
                case 2 when path.Count > 0: path[at % path.Count] = Flipped(path[at % path.Count], at); break;
                case 3 when path.Count > 0: path.RemoveAt(at % path.Count); break;
                case 4: path.Insert(at % (path.Count + 1), Leaves[at % SizeMax]); break;
                case 5 when path.Count > 1: (path[0], path[^1]) = (path[^1], path[0]); break;
                default: claimedIndex = index == 0 ? size : index - 1; break;
            }

            return !MerkleTree.IsIncluded(leaf, claimedIndex, size, path, root);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Fact]
    public void No_altered_proof_of_consistency_is_believed() => Prop.ForAll(
        Arb.From(from to in Gen.Choose(2, SizeMax)
                 from older in Gen.Choose(1, to - 1)
                 from what in Gen.Choose(0, 5)
                 from at in Gen.Choose(0, 1000)
                 select (to, older, what, at)),
        drawn =>
        {
            (int to, int older, int what, int at) = drawn;
            List<byte[]> path = [.. MerkleTree.ConsistencyPath(older, to, MerkleTree.Of(Leaves[..to]))];
            byte[] olderRoot = MerkleTree.Root(Leaves[..older]), root = MerkleTree.Root(Leaves[..to]);
            switch (what)
            {
                case 0: olderRoot = Flipped(olderRoot, at); break;
                case 1: root = Flipped(root, at); break;
                case 2: path[at % path.Count] = Flipped(path[at % path.Count], at); break;
                case 3: path.RemoveAt(at % path.Count); break;
                case 4: path.Insert(at % (path.Count + 1), Leaves[at % SizeMax]); break;
                default:
                    byte[][] others = [.. Leaves[..to]];
                    others[at % older] = Flipped(others[at % older], at); // the newer tree rewrites what the older one held
                    root = MerkleTree.Root(others);
                    path = [.. MerkleTree.ConsistencyPath(older, to, MerkleTree.Of(others))];
                    break;
            }

            return !MerkleTree.IsConsistent(older, olderRoot, to, root, path);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static byte[] Flipped(byte[] hash, int at)
    {
        byte[] other = [.. hash];
        other[at % other.Length] ^= (byte)(1 << (at % 8));
        return other;
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
