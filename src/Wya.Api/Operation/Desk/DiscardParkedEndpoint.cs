using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class DiscardParkedEndpoint
{
    /// <param name="EventsWaiting">Of the rest of the stream, which resumes now.</param>
    internal sealed record Outcome(int EventsDiscarded, long EventsWaiting);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/operator/parked/{name}/streams/{streamId}/discard", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("DiscardParked", "Skip the event that a stream stumbles over", "For this projection and for ever: the event stays in the log, the rest of its stream resumes, and a rebuild leaves it out too.")
        .Produces<Outcome>()
        .ForExample(new Why("Written by a fault of 1.4.1; harmless here"), new Outcome(1, 2))
        .Refuses(RebuildRefusals.UnknownReadModel, OperatorRefusals.NothingParked, OperatorRefusals.ReasonMissing);

    private static async Task<IResult> Answer(string name, Guid streamId, Why body, OperatorDesk desk, HttpContext http)
    {
        if (desk.Follower(name) is not { } consumer)
        {
            return Problem.Of(RebuildRefusals.UnknownReadModel);
        }

        DeadLetterChange change = await DeadLetters.Discard(consumer, streamId, OperatorDesk.By(http, body.Reason), http.RequestAborted).ConfigureAwait(false);
        return change.Refusal is { } refusal ? Problem.Of(refusal) : TypedResults.Ok(new Outcome(change.EventsDiscarded, change.EventsWaiting));
    }
}
