namespace Wya.EventStore.Postgres;

/// <summary>
/// A pass over a chained log from its first position, in as many steps as one likes: what is known of it so far, and what is
/// wrong with each position. Memory: a hash for each bit of the log's size.
/// </summary>
public sealed class LogWalk
{
    private readonly MerkleFrontier tree = new();
    private byte[] chain = ChainedLog.ChainBeforeFirst;
    private long newest = long.MinValue;

    /// <summary>A pass that begins behind a position, on whose word it relies; it says nothing about the tree.</summary>
    public static LogWalk After(ChainedPosition before) => new() { Position = before.Position, chain = before.Chain ?? [], newest = before.Microseconds };

    /// <summary>The last position that was looked at.</summary>
    public long Position { get; private set; }

    public byte[] Root => tree.Root;

    public byte[] Chain => chain;

    /// <summary>Whether this is what the checkpoint has seen; to be asked when the walk stands at its size.</summary>
    public bool Agrees(Checkpoint seen) =>
        tree.Size == seen.Size && Convert.ToBase64String(tree.Root) == seen.Root && Convert.ToBase64String(chain) == seen.Chain;

    /// <param name="head">Where the log ends by its own account.</param>
    public IReadOnlyList<AuditFinding> Take(ChainedPosition row, long head)
    {
        if (row.Position <= Position)
        {
            return [new AuditFinding(AuditFault.Extra, row.Position)];
        }

        List<AuditFinding> findings = [];
        bool isBehindHole = row.Position > Position + 1;
        if (isBehindHole)
        {
            findings.Add(new AuditFinding(AuditFault.Missing, Position + 1, row.Position - 1));
        }

        findings.AddRange(Faults(row, head, isBehindHole));
        if (row.Position == tree.Size + 1 && row.Leaf is not null)
        {
            tree.Add(row.Leaf); // no tree goes on behind a hole
        }

        chain = row.Chain ?? [];
        newest = row.HasEvent ? Math.Max(newest, row.Microseconds) : newest;
        Position = row.Position;
        return findings;
    }

    private IEnumerable<AuditFinding> Faults(ChainedPosition row, long head, bool isBehindHole)
    {
        if (!row.HasEvent)
        {
            yield return new AuditFinding(AuditFault.Missing, row.Position);
        }
        else if (row.Leaf is null || row.Position > head)
        {
            yield return new AuditFinding(AuditFault.Extra, row.Position);
        }

        if (row.Entry is { } entry && !MerkleTree.Leaf(entry.ToBytes()).AsSpan().SequenceEqual(row.Leaf))
        {
            yield return new AuditFinding(AuditFault.Changed, row.Position);
        }

        if (row.HasEvent && row.Microseconds < newest)
        {
            yield return new AuditFinding(AuditFault.OutOfOrder, row.Position);
        }

        if (row.IsHidden)
        {
            yield return new AuditFinding(AuditFault.Hidden, row.Position);
        }

        // Behind a hole there is nothing to link to: the hole is reported.
        if (row.Leaf is not null && !isBehindHole && chain.Length > 0 && !ChainedLog.Link(chain, row.Leaf).AsSpan().SequenceEqual(row.Chain))
        {
            yield return new AuditFinding(AuditFault.ChainBroken, row.Position);
        }
    }
}
