using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ShowParkedEndpoint
{
    /// <param name="Items">In the order of the log.</param>
    /// <param name="Next">Send it back as <c>cursor</c>; left out on the last page.</param>
    internal sealed record Page(ParkedOverview Overview, IReadOnlyList<DeadLetter> Items, string? Next = null);

    public static DeadLetter Example { get; } = new(
        "AccountHistory", ExamplePeople.MaraId.Value, 42, "UserSuspended", "InvalidOperationException at AccountHistoryTable.Evolve", 7, "dead", ExamplePeople.Then, null, 3);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/parked/{name}", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ShowParked", "Show the streams that a projection has set aside", "Those that are retried by themselves, and those that wait for an operator.")
        .Produces<Page>()
        .ForExample(answer: new Page(ListParkedEndpoint.Parked.Example, [Example]))
        .Refuses(RebuildRefusals.UnknownReadModel)
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(string name, OperatorDesk desk, CancellationToken ct, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        if (!NumberedPage.TryParse(cursor, limit, out NumberedPage asked))
        {
            return Problems.CursorMalformed;
        }

        if (desk.Follower(name) is not { } consumer)
        {
            return Problem.Of(RebuildRefusals.UnknownReadModel);
        }

        (DeadLetter[] letters, string? next) = asked.Of(
            await DeadLetters.List(consumer, asked.After, asked.Sought, deadOnly: false, ct).ConfigureAwait(false), letter => letter.Position);
        return TypedResults.Ok(new Page(await DeadLetters.Overview(consumer, ct).ConfigureAwait(false), letters, next));
    }
}
