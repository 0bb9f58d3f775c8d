using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

internal static class ProveConsistencyEndpoint
{
    /// <param name="From">The older checkpoint, a compact JWS.</param>
    /// <param name="To">The newer one.</param>
    /// <param name="Path">Hashes, in base64, that prove that the newer log begins with all of the older one (RFC 6962, section 2.1.2).</param>
    /// <param name="Key">Verifies both.</param>
    internal sealed record Consistency(string From, string To, IReadOnlyList<string> Path, VerifyingKey Key);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/audit/consistency", Answer)
        .RequireCapability(Capability.Operate)
        .Describe(
            "ProveConsistency",
            "Prove that the audit log has only grown",
            "Between two checkpoints, named by their sizes: nothing that the older one has seen was changed, removed or moved.")
        .Produces<Consistency>()
        .Refuses(Problems.CheckpointUnknown, Problems.AuditLogBroken);

    private static async Task<IResult> Answer(long from, long to, AuditProofs proofs, CancellationToken ct)
    {
        if (from > to || proofs.At(from) is not { } older || proofs.At(to) is not { } newer)
        {
            return Problems.CheckpointUnknown;
        }

        return await proofs.ProveConsistency(older.Says, newer.Says, ct).ConfigureAwait(false) is { } path
            ? TypedResults.Ok(new Consistency(older.Text, newer.Text, path, proofs.Key))
            : Problems.AuditLogBroken;
    }
}
