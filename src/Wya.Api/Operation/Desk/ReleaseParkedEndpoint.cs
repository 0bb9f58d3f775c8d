using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ReleaseParkedEndpoint
{
    /// <param name="Streams">These, tried or not; left out: all that go through when they are tried.</param>
    internal sealed record Body(string Reason, IReadOnlyList<Guid>? Streams = null);

    /// <param name="Released">Streams that are retried now, in order.</param>
    /// <param name="Failing">Streams that would fail again, and stay.</param>
    internal sealed record Outcome(int Tried, int Released, int Failing, long EventsWaiting);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/parked/{name}/release", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ReleaseParked", "Release what is set aside", "Tries each stream with the current code and has those retried, in order, that go through; or those that are named, whatever becomes of them.")
        .Produces<Outcome>()
        .ForExample(new Body("Fixed in 1.4.2"), new Outcome(1_000, 990, 10, 3_120))
        .Refuses(RebuildRefusals.UnknownReadModel, OperatorRefusals.CannotBeTried, OperatorRefusals.NothingParked, OperatorRefusals.NothingPasses, OperatorRefusals.ReasonMissing);

    private static async Task<IResult> Answer(string name, Body body, OperatorDesk desk, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        Operator by = OperatorDesk.By(http, body.Reason);
        if (desk.Follower(name) is not { } consumer)
        {
            return Problem.Of(RebuildRefusals.UnknownReadModel);
        }

        if (body.Streams is { } streams)
        {
            DeadLetterChange change = await DeadLetters.Release(consumer, streams, by, ct).ConfigureAwait(false);
            return change.Refusal is { } refusal ? Problem.Of(refusal) : TypedResults.Ok(new Outcome(0, change.Streams, 0, change.EventsWaiting));
        }

        if (desk.ToBeTried(name) is not { } tried)
        {
            return Problem.Of(OperatorRefusals.CannotBeTried);
        }

        ParkedRelease released = await new DeadLetters().ReleasePassing(tried, by, ct: ct).ConfigureAwait(false);
        return released.Refusal is { } why ? Problem.Of(why) : TypedResults.Ok(new Outcome(released.Tried, released.Released, released.Failing, released.EventsWaiting));
    }
}
