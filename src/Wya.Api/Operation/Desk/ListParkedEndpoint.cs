using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ListParkedEndpoint
{
    /// <param name="Items">Only of what has set something aside.</param>
    internal sealed record Parked(IReadOnlyList<ParkedOverview> Items)
    {
        public static ParkedOverview Example { get; } = new(
            "AccountHistory", "identity", "identity", 12, 9, 31, 8, ExamplePeople.Then,
            [new ParkedKind("InvalidOperationException at AccountHistoryTable.Evolve", 12, 9, 31, ExamplePeople.Then, ExamplePeople.MaraId.Value)]);
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/parked", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ListParked", "Show what is set aside, and how far that reaches", "By projection and by the kind and place of the failure: streams, events that wait, since when, and how many people's.")
        .Produces<Parked>()
        .ForExample(answer: new Parked([Parked.Example]));

    private static async Task<IResult> Answer(OperatorDesk desk, CancellationToken ct)
    {
        List<ParkedOverview> found = [];
        foreach (Consumer consumer in desk.Domains.SelectMany(domain => domain.Everything))
        {
            ParkedOverview overview = await DeadLetters.Overview(consumer, ct).ConfigureAwait(false);
            if (overview.Streams > 0)
            {
                found.Add(overview);
            }
        }

        return TypedResults.Ok(new Parked(found));
    }
}
