using Wya.Api.Http;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <param name="Status">running or paused.</param>
internal sealed record ProjectionView(string Name, string Domain, string Status, long Position, long Head, long LagEvents)
{
    public static async Task<IResult> Change(
        OperatorDesk desk, TimeProvider clock, string name, Operator by,
        Func<EventStore.Postgres.Projections, Consumer, Operator, CancellationToken, Task<bool>> verb, CancellationToken ct)
    {
        if (desk.Follower(name) is not { } consumer)
        {
            return Problem.Of(desk.OfReadModel(name) is null ? RebuildRefusals.UnknownReadModel : OperatorRefusals.WrittenByAppends);
        }

        if (!by.SaysWhy)
        {
            return Problem.Of(OperatorRefusals.ReasonMissing);
        }

        var projections = new EventStore.Postgres.Projections([consumer], clock);
        if (!await verb(projections, consumer, by, ct).ConfigureAwait(false))
        {
            return Problem.Of(OperatorRefusals.NothingChanged);
        }

        ProjectionStatus status = await projections.Status(consumer, ct).ConfigureAwait(false);
        return TypedResults.Ok(new ProjectionView(status.Name, status.Domain, status.State, status.Position, status.Head, status.LagEvents));
    }
}
