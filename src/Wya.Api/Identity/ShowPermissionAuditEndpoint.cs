using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowPermissionAuditEndpoint
{
    /// <param name="Items">Newest first; with <c>after</c>, oldest first.</param>
    /// <param name="Next">Send it back as <c>cursor</c>, with all else as it was, for what follows; left out on the last page.</param>
    internal sealed record Audit(IReadOnlyList<AuditEntry> Items, string? Next = null);

    /// <param name="Position">In identity's log; send it as <c>after</c> to ask for what came later.</param>
    /// <param name="HappenedAt">When it was recorded.</param>
    /// <param name="UserId">Whom it concerns.</param>
    /// <param name="Actor">Who did it: a person's id, or system.</param>
    /// <param name="What">The event's name.</param>
    /// <param name="Capability">Left out when it concerns all of them.</param>
    /// <param name="Until">When it ends by itself, if it does.</param>
    internal sealed record AuditEntry(
        long Position, DateTimeOffset HappenedAt, Guid UserId, string Actor, string What, string? Capability = null, DateTimeOffset? Until = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/audit/permissions", Answer)
        .RequireCapability(Capability.Operate)
        .MayAnswerFromStandby()
        .AnswersFrom<IdentityLog>("PermissionAudit")
        .Describe(
            "ShowPermissionAudit",
            "Show who changed what people may do",
            "Every grant, revocation, restriction, restoration, suspension and ban, without the reasons, in pages. "
            + "Newest first, or what came after a position. Follows the log: send Wya-Position to see at least what a command has answered.")
        .Produces<Audit>()
        .ForExample(answer: new Audit(
            [new AuditEntry(42, ExamplePeople.Then, ExamplePeople.Mara.Id.Value, "system", "user.permission_granted", Capability.Moderate)], "42"))
        .Refuses(Problems.CursorMalformed, Problem.Of(IdentityRefusals.CapabilityUnknown));

    private static async Task<IResult> Answer(
        IdentityLog identity,
        HttpContext http,
        CancellationToken ct,
        long? after = null,
        Guid? user = null,
        string? capability = null,
        string? cursor = null,
        int limit = Limits.PageItemsDefault)
    {
        long from = 0;
        if (limit is < 1 or > Limits.PageItemsMax || after < 0
            || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out from)))
        {
            return Problems.CursorMalformed;
        }

        if (capability is not null && !Capability.All.Contains(capability))
        {
            return Problem.Of(IdentityRefusals.CapabilityUnknown);
        }

        UserId? whose = user is { } id ? new UserId(id) : null;
        IReadOnlyList<PermissionAuditRow> rows = after is { } start
            ? await PermissionAuditTable.After(http.RowsOf(identity), Math.Max(start, from), whose, capability, limit + 1, ct).ConfigureAwait(false)
            : await PermissionAuditTable.Before(http.RowsOf(identity), cursor is null ? null : from, whose, capability, limit + 1, ct).ConfigureAwait(false);
        AuditEntry[] items =
        [
            .. rows.Take(limit).Select(row => new AuditEntry(
                row.Position, row.HappenedAt, row.UserId, row.Actor, row.What, row.Capability, row.Until)),
        ];
        return TypedResults.Ok(new Audit(items, rows.Count > limit ? items[^1].Position.ToString(CultureInfo.InvariantCulture) : null));
    }
}
