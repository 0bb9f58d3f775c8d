using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class OrderRebuildEndpoint
{
    /// <param name="Projections">Read models of one domain; several are swapped together.</param>
    /// <param name="EventsASecondMax">A limit on the speed; it can be changed while it runs.</param>
    /// <param name="Stream">Only the rows that this stream's events touch, of one read model.</param>
    /// <param name="Key">Only the rows of this key: the values of its columns, joined by commas.</param>
    internal sealed record Body(IReadOnlyList<string> Projections, string Reason, int? EventsASecondMax = null, Guid? Stream = null, string? Key = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/rebuilds", Answer)
        .RequireCapability(Capability.Operate)
        .Describe(
            "OrderRebuild", "Order a rebuild",
            "Fills new tables beside the live ones, compares, and swaps. Where rows differ it waits to be approved. A worker carries it out; ask for it until it has ended.")
        .Produces<RebuildViews>(StatusCodes.Status202Accepted)
        .ForExample(new Body(["Users"], "New in 1.4.2", 5_000), RebuildViews.Example)
        .Refuses(RebuildRefusals.UnknownReadModel, RebuildRefusals.RebuildUnderWay, OperatorRefusals.ReasonMissing)
        .Refuses(Malformed);

    private static readonly Problem Malformed = Problems.MalformedRequest("A stream or a key is of one read model, and a limit is above 0.");

    private static async Task<IResult> Answer(Body body, OperatorDesk desk, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        Operator by = OperatorDesk.By(http, body.Reason);
        if (body.EventsASecondMax < 1 || ((body.Stream is not null || body.Key is not null) && (body.Projections.Count != 1 || (body.Stream is not null && body.Key is not null))))
        {
            return Malformed;
        }

        if (body.Projections.Count == 0 || desk.OfReadModel(body.Projections[0]) is not { } domain)
        {
            return Problem.Of(RebuildRefusals.UnknownReadModel);
        }

        if (!by.SaysWhy)
        {
            return Problem.Of(OperatorRefusals.ReasonMissing);
        }

        Rebuilds rebuilds = desk.RebuildsOf(domain);
        RebuildAnswer ordered = body.Stream is { } stream ? await rebuilds.RequestStream(body.Projections[0], stream, by, ct).ConfigureAwait(false)
            : body.Key is { } key ? await rebuilds.RequestKey(body.Projections[0], key, by, ct).ConfigureAwait(false)
            : await Whole(rebuilds, body, by, ct).ConfigureAwait(false);
        return ordered.IsRefused
            ? Problem.Of(ordered.Refusal)
            : TypedResults.Accepted((string?)null, new RebuildViews([.. ordered.Jobs.Select(job => RebuildView.Of(domain.Name, job))]));
    }

    private static async Task<RebuildAnswer> Whole(Rebuilds rebuilds, Body body, Operator by, CancellationToken ct) =>
        await rebuilds.Forecast(body.Projections, body.EventsASecondMax, ct).ConfigureAwait(false) is { } forecast
            ? await rebuilds.Request(body.Projections, by, body.EventsASecondMax, Math.Round(forecast.Sum(one => one.Seconds), 1), ct).ConfigureAwait(false)
            : RebuildRefusals.UnknownReadModel;
}
