using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

internal static class VerifyAuditEndpoint
{
    private const int EntriesDefault = 1_000;
    private const int EntriesMax = 10_000;

    /// <param name="From">The first position that was verified; 0 when there is none.</param>
    /// <param name="To">The last one.</param>
    /// <param name="SignedTo">The last one that the newest checkpoint covers; left out before the first.</param>
    /// <param name="Findings">What is wrong, by position; empty means that nothing was changed.</param>
    internal sealed record Verification(long From, long To, long? SignedTo, IReadOnlyList<AuditFinding> Findings);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/audit/verification", Answer)
        .RequireAnyCapability(Capability.Moderate, Capability.Operate)
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "VerifyAudit",
            "Verify the newest entries of the audit log",
            "Makes their bytes, leaves and chain anew from what is stored, now, and compares them and the newest checkpoint. "
            + "1,000 entries unless `entries` says otherwise, at most 10,000. The whole log: wya audit verify.")
        .Produces<Verification>()
        .ForExample(answer: new Verification(1, 42, 40, []))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(AuditProofs proofs, CancellationToken ct, int entries = EntriesDefault)
    {
        if (entries is < 1 or > EntriesMax)
        {
            return Problems.CursorMalformed;
        }

        Checkpoint? seen = (await proofs.Newest(ct).ConfigureAwait(false))?.Says;
        (long last, long head) = await proofs.Log.End(ct).ConfigureAwait(false);
        List<AuditFinding> findings = [];
        long first = Math.Max(1, last - entries + 1);
        LogWalk? walk = first == 1 ? new LogWalk() : null;
        await foreach (ChainedPosition row in proofs.Log.Read(Math.Max(0, first - 2), last, ct).ConfigureAwait(false))
        {
            if (walk is null && row.Position < first)
            {
                walk = LogWalk.After(row); // on its word the rest is verified
                continue;
            }

            walk ??= new LogWalk(); // it is missing, and that is said
            findings.AddRange(walk.Take(row, head));
        }

        if (head > (walk?.Position ?? 0))
        {
            findings.Add(new AuditFinding(AuditFault.Missing, (walk?.Position ?? 0) + 1, head));
        }

        if (seen is not null && await proofs.Prove(seen, [], ct).ConfigureAwait(false) is null)
        {
            findings.Add(new AuditFinding(
                seen.Size > last ? AuditFault.ShorterThanCheckpoint : AuditFault.DiffersFromCheckpoint, 1, seen.Size));
        }

        return TypedResults.Ok(new Verification(last == 0 ? 0 : first, last, seen?.Size, findings));
    }
}
