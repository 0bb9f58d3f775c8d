using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ApproveRebuildEndpoint
{
    /// <param name="Fingerprint">Of the difference that was looked at.</param>
    internal sealed record Body(string Fingerprint, string Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/rebuilds/{rebuildId}/approval", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ApproveRebuild", "Approve a rebuild's difference", "It goes on to the swap, and is held again only if a table, or a kind of difference, comes to differ that did not when it was looked at.")
        .Produces<RebuildViews>()
        .ForExample(new Body("5f0c2a9be1d47730", "The new column counts differently"), RebuildViews.Example)
        .Refuses(RebuildRefusals.UnknownRebuild, RebuildRefusals.UnknownReadModel, RebuildRefusals.NothingToApprove, RebuildRefusals.DifferenceNotAsSeen, OperatorRefusals.ReasonMissing);

    private static Task<IResult> Answer(Guid rebuildId, Body body, OperatorDesk desk, HttpContext http) => desk.Change(
        rebuildId, RebuildRefusals.NothingToApprove, (rebuilds, name) => rebuilds.Approve(name, body.Fingerprint, OperatorDesk.By(http, body.Reason), http.RequestAborted), http.RequestAborted);
}
