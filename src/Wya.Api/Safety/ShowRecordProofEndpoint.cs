using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowRecordProofEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/record/proof", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .Describe(
            "ShowRecordProof",
            "Prove one's own record",
            "What was decided about the caller, what they said to it, how they were assessed, what they were shown and who looked: "
            + "each entry as the bytes that the audit log covers, with what proves offline that it is in the log that was signed. "
            + "Oldest first, in pages. What is newer than the newest checkpoint follows within seconds.")
        .Produces<RecordProof>()
        .ForExample(answer: new RecordProof(
            RecordProof.Name,
            1,
            "eyJhbGciOiJFUzI1NiJ9.eyJvcmlnaW4iOiJ3eWEvc2FmZXR5In0.c2lnbmF0dXJl",
            new VerifyingKey("EC", "P-256", "x", "y", "sig", "ES256", "kid"),
            [new ProvedEntry("d3lhLWVudHJ5LTE=", 41, ["lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c="])]))
        .Refuses(Problems.CursorMalformed, Problems.NotSignedYet, Problems.AuditLogBroken);

    private static async Task<IResult> Answer(
        HttpContext http, SafetyLog safety, AuditProofs proofs, CancellationToken ct, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        long after = 0;
        if (limit is < 1 or > Limits.PageItemsMax
            || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after)))
        {
            return Problems.CursorMalformed;
        }

        if (await proofs.Newest(ct).ConfigureAwait(false) is not { } seen)
        {
            return Problems.NotSignedYet;
        }

        IReadOnlyList<long> positions = await SafetyAuditTable.ProvablePositions(
            safety.Database, CaseId.Of(http.Caller().Id), after, seen.Says.Size, limit + 1, ct).ConfigureAwait(false);
        return await proofs.Prove(seen.Says, [.. positions.Take(limit)], ct).ConfigureAwait(false) is { } entries
            ? TypedResults.Ok(new RecordProof(
                RecordProof.Name,
                1,
                seen.Text,
                proofs.Key,
                entries,
                positions.Count > limit ? positions[limit - 1].ToString(CultureInfo.InvariantCulture) : null))
            : Problems.AuditLogBroken;
    }
}
