using System.Text.Json;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Done = Wya.EventStore.Postgres.Operation;

namespace Wya.Api.Operation;

internal static class ShowOperationsEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for what follows; left out on the last page.</param>
    internal sealed record Page(IReadOnlyList<Item> Items, string? Next = null);

    /// <param name="Verb">What was done: rebuild, approve, release, …</param>
    /// <param name="Target">To which read models, consumer or stream.</param>
    /// <param name="Actor">A person's id, or what was said on the command line.</param>
    /// <param name="Outcome">done, or ordered: what came of it is recorded by itself.</param>
    /// <param name="Numbers">What it changed, by name.</param>
    internal sealed record Item(
        Guid Id, DateTimeOffset At, string Domain, string Verb, string Target, string Actor, string Reason, string Outcome, IReadOnlyDictionary<string, double> Numbers);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/operations", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ShowOperations", "Show what operators did", "Each verb that changed something in the running of the system: who, why, and what it changed in numbers. Of one domain, or of all.")
        .Produces<Page>()
        .ForExample(answer: new Page([new Item(Guid.Empty, ExamplePeople.Then, "identity", "approve", "Users", ExamplePeople.MaraId.ToString(), "New in 1.4.2", "done", new Dictionary<string, double> { ["rows_differing"] = 2 })]))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        OperatorDesk desk, CancellationToken ct, string? domain = null, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        Guid? before = Guid.TryParse(cursor, out Guid id) ? id : null;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && before is null))
        {
            return Problems.CursorMalformed;
        }

        List<Done> found = [];
        foreach (OpenDomain one in desk.Domains.Where(one => domain is null || one.Name == domain))
        {
            found.AddRange(await Operations.Of(one.Database).List(before, limit + 1, ct).ConfigureAwait(false));
        }

        Done[] page = [.. found.OrderByDescending(one => one.Id).Take(limit)];
        return TypedResults.Ok(new Page(
            [.. page.Select(one => new Item(one.Id, one.At, one.Domain, one.Verb, one.Target, one.Actor, one.Reason, one.Outcome, Numbers(one)))],
            found.Count > limit ? page[^1].Id.ToString() : null));
    }

    private static Dictionary<string, double> Numbers(Done one) => one.Numbers.EnumerateObject()
        .Where(number => number.Value.ValueKind == JsonValueKind.Number).ToDictionary(number => number.Name, number => number.Value.GetDouble());
}
