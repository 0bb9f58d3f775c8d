using Microsoft.AspNetCore.Mvc;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ForecastRebuildEndpoint
{
    /// <param name="Seconds">Of all, one after the other.</param>
    internal sealed record Forecasts(IReadOnlyList<Forecast> Items, double Seconds);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/projections/{name}/forecast", Answer)
        .RequireCapability(Capability.Operate)
        .Describe(
            "ForecastRebuild", "Say what a rebuild would take",
            "Events, speed, seconds, bytes to read and to write: by earlier rebuilds, or by folding the beginning of the log for a second. with names others of the set, joined by commas.")
        .Produces<Forecasts>()
        .ForExample(answer: new Forecasts([new Forecast("Users", 120_000, 41_000, 2.9, "earlier_rebuilds", 91_000_000, 22_000_000, 22_000_000)], 2.9))
        .Refuses(RebuildRefusals.UnknownReadModel);

    private static async Task<IResult> Answer(
        string name, OperatorDesk desk, CancellationToken ct, [FromQuery(Name = "with")] string? others = null, [FromQuery(Name = "events_a_second_max")] int? rate = null)
    {
        string[] names = [name, .. others?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? []];
        return desk.OfReadModel(name) is { } domain && rate is null or > 0
            && await desk.RebuildsOf(domain).Forecast(names, rate, ct).ConfigureAwait(false) is { } forecasts
            ? TypedResults.Ok(new Forecasts(forecasts, Math.Round(forecasts.Sum(one => one.Seconds), 1)))
            : Problem.Of(RebuildRefusals.UnknownReadModel);
    }
}
