using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

internal static class ShowCheckpointsEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="Key">Verifies them.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for older ones; left out on the last page.</param>
    internal sealed record Checkpoints(IReadOnlyList<SignedCheckpoint> Items, VerifyingKey Key, string? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/audit/checkpoints", Answer)
        .RequireAnyCapability(Capability.Moderate, Capability.Operate)
        .Describe(
            "ShowCheckpoints",
            "Show what was signed of the audit log",
            "Each with its text, a compact JWS, and what it says: how many entries, the root of the tree over them, the chain's value. Newest first, in pages.")
        .Produces<Checkpoints>()
        .Refuses(Problems.CursorMalformed);

    private static IResult Answer(AuditProofs proofs, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        long before = long.MaxValue;
        if (limit is < 1 or > Limits.PageItemsMax
            || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before)))
        {
            return Problems.CursorMalformed;
        }

        IReadOnlyList<SignedCheckpoint> some = proofs.Before(before, limit + 1);
        SignedCheckpoint[] items = [.. some.Take(limit)];
        return TypedResults.Ok(new Checkpoints(
            items, proofs.Key, some.Count > limit ? items[^1].Says.Size.ToString(CultureInfo.InvariantCulture) : null));
    }
}
