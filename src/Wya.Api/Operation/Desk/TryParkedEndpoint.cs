using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class TryParkedEndpoint
{
    /// <param name="Items">In the order of the log.</param>
    /// <param name="Next">Send it back as <c>cursor</c>; left out on the last page.</param>
    internal sealed record Page(int Passing, int Failing, IReadOnlyList<Item> Items, string? Next = null);

    /// <param name="Applied">Events that would be applied.</param>
    /// <param name="FailsAt">The first that would fail again; left out when none would.</param>
    /// <param name="Rows">That would be other than they are.</param>
    internal sealed record Item(Guid StreamId, long Position, bool Passes, int Applied, long Remaining, long? FailsAt, string? Error, IReadOnlyList<RowView> Rows);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/parked/{name}/trial", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("TryParked", "Try the current code on what is set aside", "Applies what waits in each stream, in transactions that are rolled back: which would go through, and which rows would change. Changes nothing.")
        .Produces<Page>()
        .ForExample(answer: new Page(1, 0, [new Item(ExamplePeople.MaraId.Value, 42, true, 3, 0, null, null, [RowView.Example])]))
        .Refuses(RebuildRefusals.UnknownReadModel, OperatorRefusals.CannotBeTried)
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(string name, OperatorDesk desk, CancellationToken ct, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        if (!NumberedPage.TryParse(cursor, limit, out NumberedPage asked))
        {
            return Problems.CursorMalformed;
        }

        if (desk.ToBeTried(name) is not { } consumer)
        {
            return Problem.Of(desk.Follower(name) is null ? RebuildRefusals.UnknownReadModel : OperatorRefusals.CannotBeTried);
        }

        (ParkedTrial[] trials, string? next) = asked.Of(
            await new DeadLetters().TryAll(consumer, asked.After, asked.Sought, ct: ct).ConfigureAwait(false), trial => trial.Position);
        return TypedResults.Ok(new Page(
            trials.Count(trial => trial.Passes),
            trials.Count(trial => !trial.Passes),
            [
                .. trials.Select(trial => new Item(
                    trial.StreamId, trial.Position, trial.Passes, trial.Run.Applied, trial.Run.Remaining, trial.Run.FailsAt, trial.Run.Error,
                    [.. trial.Rows.Select(row => RowView.Of(row.Table, row.Difference, row.Key, row.Before, row.After))])),
            ],
            next));
    }
}
