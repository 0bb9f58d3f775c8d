namespace Wya.EventStore.Postgres;

/// <summary>What can be wrong with a chained log. Each is a check of its own, and none follows from the others.</summary>
public enum AuditFault
{
    /// <summary>An event is not what was chained.</summary>
    Changed,

    /// <summary>A position that was chained, or that lies before the log's end, has no event.</summary>
    Missing,

    /// <summary>An event that was never chained, that is there twice, or that lies behind the log's end.</summary>
    Extra,

    /// <summary>An event that readers pass over, because somebody marked it as archived.</summary>
    Hidden,

    /// <summary>A running value does not follow from the one before and the leaf.</summary>
    ChainBroken,

    /// <summary>An event is older than the one before it.</summary>
    OutOfOrder,

    /// <summary>The log ends before what a checkpoint has seen: it was cut off, or is an older copy.</summary>
    ShorterThanCheckpoint,

    /// <summary>The log is not what a checkpoint has seen.</summary>
    DiffersFromCheckpoint,

    /// <summary>A checkpoint was not signed with the key, or is another log's.</summary>
    SignatureBad,

    /// <summary>A checkpoint does not follow from the one before: one was left out, doubled or moved.</summary>
    CheckpointsInconsistent,
}

/// <param name="From">The first position concerned; of a checkpoint that is at fault itself, its size.</param>
/// <param name="To">The last one.</param>
public sealed record AuditFinding(AuditFault Fault, long From, long To)
{
    public AuditFinding(AuditFault fault, long position)
        : this(fault, position, position)
    {
    }
}

/// <param name="Size">How many positions were looked at.</param>
/// <param name="Root">Of the stored leaves, in base64.</param>
/// <param name="Checkpoints">How many the log was compared with.</param>
/// <param name="Findings">The first <see cref="LogVerifier.FindingsMax"/> or so; empty means that nothing was changed.</param>
public sealed record AuditReport(long Size, string Root, string Chain, int Checkpoints, IReadOnlyList<AuditFinding> Findings)
{
    public bool IsWhole => Findings.Count == 0;
}

/// <summary>
/// Verifies a chained log against itself and against its checkpoints.
/// Events against leaves: each row is encoded and hashed again. Leaves against the chain: each link is made again. Leaves and
/// chain against the checkpoints: root and running value at each one's size. So a change of an event shows where it is, and
/// a change of which somebody has also redone leaves and chain shows between two checkpoints, the one that it agrees with
/// and the one that it does not. What is newer than the last checkpoint is verified against itself alone.
/// Cost: one pass; memory for the checkpoints, and for a hash for each bit of the log's size.
/// </summary>
/// <param name="origin">Of the log; a checkpoint of another one is no witness.</param>
/// <param name="key">That checkpoints are signed with.</param>
public sealed class LogVerifier(ChainedLog log, string origin, VerifyingKey key)
{
    public const int FindingsMax = 1_000;

    /// <param name="progress">Is told how far it is, and how far it has to go.</param>
    public async Task<AuditReport> Verify(
        IReadOnlyList<SignedCheckpoint> checkpoints, Action<long, long>? progress = null, CancellationToken ct = default)
    {
        List<AuditFinding> findings = [];
        (long last, long head) = await log.End(ct).ConfigureAwait(false);
        Queue<Checkpoint> witnesses = new(Good(checkpoints, findings));
        int compared = witnesses.Count;
        var walk = new LogWalk();
        long agreed = 0;
        await foreach (ChainedPosition row in log.Read(long.MinValue, last, ct).ConfigureAwait(false))
        {
            IReadOnlyList<AuditFinding> found = walk.Take(row, head);
            findings.AddRange(found.Take(FindingsMax - findings.Count));
            while (witnesses.TryPeek(out Checkpoint? next) && next.Size <= walk.Position)
            {
                witnesses.Dequeue();
                if (agreed >= 0)
                {
                    bool agrees = walk.Agrees(next); // never behind a hole
                    findings.AddRange(agrees ? [] : [new AuditFinding(AuditFault.DiffersFromCheckpoint, agreed + 1, next.Size)]);
                    agreed = agrees ? next.Size : -1; // only the first is told: every later one differs for the same reason
                }
            }

            if (walk.Position % 10_000 == 0)
            {
                progress?.Invoke(walk.Position, last);
            }
        }

        if (head > walk.Position)
        {
            findings.AddRange([new AuditFinding(AuditFault.Missing, walk.Position + 1, head)]);
        }

        if (witnesses.Count > 0)
        {
            findings.AddRange([new AuditFinding(AuditFault.ShorterThanCheckpoint, walk.Position + 1, witnesses.Max(witness => witness.Size))]);
        }

        return new AuditReport(walk.Position, Convert.ToBase64String(walk.Root), Convert.ToBase64String(walk.Chain), compared, findings);
    }

    /// <summary>Those that can be relied on; what is wrong with the others, and with their order, is told.</summary>
    private List<Checkpoint> Good(IReadOnlyList<SignedCheckpoint> checkpoints, List<AuditFinding> findings)
    {
        List<Checkpoint> good = [];
        SignedCheckpoint? before = null;
        foreach (SignedCheckpoint checkpoint in checkpoints)
        {
            Checkpoint says = checkpoint.Says;
            if (says.Origin != origin || !SignedJson.IsSignedBy(checkpoint.Text, key))
            {
                findings.Add(new AuditFinding(AuditFault.SignatureBad, says.Size));
            }
            else if (says.Size >= (good is [.., { } last] ? last.Size : 1))
            {
                good.Add(says);
            }

            if (says.Previous != (before is null ? null : Checkpoint.DigestOf(before.Text)) || says.Size <= (before?.Says.Size ?? 0))
            {
                findings.Add(new AuditFinding(AuditFault.CheckpointsInconsistent, says.Size));
            }

            before = checkpoint;
        }

        return good;
    }
}
