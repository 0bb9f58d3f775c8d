using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class SwitchBackEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/projections/{name}/switch-back", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("SwitchBack", "Switch back to the tables before the last rebuild", "They are caught up and put back in their place, with those that were swapped with them. They are kept for a day, or until somebody is erased.")
        .Produces<RebuildViews>(StatusCodes.Status202Accepted)
        .ForExample(new Why("Rows are missing"), RebuildViews.Example)
        .Refuses(RebuildRefusals.UnknownReadModel, RebuildRefusals.NothingToSwitchBack, RebuildRefusals.RebuildUnderWay, OperatorRefusals.ReasonMissing);

    private static async Task<IResult> Answer(string name, Why body, OperatorDesk desk, HttpContext http)
    {
        Operator by = OperatorDesk.By(http, body.Reason);
        if (desk.OfReadModel(name) is not { } domain)
        {
            return Problem.Of(RebuildRefusals.UnknownReadModel);
        }

        if (!by.SaysWhy)
        {
            return Problem.Of(OperatorRefusals.ReasonMissing);
        }

        RebuildAnswer ordered = await desk.RebuildsOf(domain).SwitchBack(name, by, http.RequestAborted).ConfigureAwait(false);
        return ordered.IsRefused
            ? Problem.Of(ordered.Refusal)
            : TypedResults.Accepted((string?)null, new RebuildViews([.. ordered.Jobs.Select(job => RebuildView.Of(domain.Name, job))]));
    }
}
