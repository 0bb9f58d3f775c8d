using System.Text.Json;
using System.Text.RegularExpressions;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static partial class ShowParkedStreamEndpoint
{
    /// <param name="Event">That it stumbles over; left out when this build cannot read it.</param>
    /// <param name="Decisions">Earlier ones about this stream.</param>
    internal sealed record Stream(DeadLetter Letter, FailedEvent? Event, IReadOnlyList<DeadLetterDecision> Decisions);

    /// <param name="Data">As JSON; what is sealed is only said to be.</param>
    internal sealed record FailedEvent(long Position, Guid StreamId, long Version, string Type, DateTimeOffset Time, string Actor, string? CorrelationId, string Data);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/parked/{name}/streams/{streamId}", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ShowParkedStream", "Show why a stream is set aside", "The failure, the event, what waits behind it, and what was decided before. What is sealed stays sealed.")
        .Produces<Stream>()
        .ForExample(answer: new Stream(
            ShowParkedEndpoint.Example,
            new FailedEvent(42, ExamplePeople.MaraId.Value, 3, "user.suspended", ExamplePeople.Then, "system", null, """{"until":"2026-11-09T09:30:00+00:00","reason":"(sealed)"}"""),
            [new DeadLetterDecision(42, "retry", "Fixed in 1.4.1", ExamplePeople.MaraId.ToString(), ExamplePeople.Then)]))
        .Refuses(RebuildRefusals.UnknownReadModel, OperatorRefusals.NothingParked);

    private static async Task<IResult> Answer(string name, Guid streamId, OperatorDesk desk, CancellationToken ct)
    {
        if (desk.Follower(name) is not { } consumer)
        {
            return Problem.Of(RebuildRefusals.UnknownReadModel);
        }

        if (await DeadLetters.Show(consumer, streamId, ct).ConfigureAwait(false) is not var (letter, decisions))
        {
            return Problem.Of(OperatorRefusals.NothingParked);
        }

        RecordedEvent? failed = await DeadLetters.FailedEvent(consumer, letter, ct).ConfigureAwait(false);
        return TypedResults.Ok(new Stream(letter, failed is null ? null : Shown(failed), decisions));
    }

    private static FailedEvent Shown(RecordedEvent failed) => new(
        failed.Position, failed.StreamId, failed.Version, failed.Type, failed.Time, failed.Metadata.Actor, failed.Metadata.CorrelationId,
        SealedText().Replace(JsonSerializer.Serialize(failed.Data, failed.Data.GetType(), EventJson.Options), "\"(sealed)\""));

    [GeneratedRegex("\"sealed1:[^\"]*\"")]
    private static partial Regex SealedText();
}
