using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Analysis;

internal static class ShowLogsEndpoint
{
    internal sealed record Logs(IReadOnlyList<Log> Items);

    /// <param name="Head">The position of the last event.</param>
    /// <param name="Types">Of its events, by name.</param>
    /// <param name="Tables">Of the read models that are kept in this domain.</param>
    internal sealed record Log(string Domain, long Head, IReadOnlyList<string> Types, IReadOnlyList<Table> Tables);

    /// <param name="Source">Whose log it is made of.</param>
    /// <param name="Key">The columns by which a row is named.</param>
    internal sealed record Table(string Name, string ReadModel, string Source, IReadOnlyList<string> Key);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/logs", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe("ShowLogs", "Show which logs there are to look into", "With the types of their events, and the tables of the read models. Safety's is not among them.")
        .Produces<Logs>()
        .ForExample(answer: new Logs([new Log("identity", 4_711, ["user.created", "user.verified"], [new Table("users", "Users", "identity", ["id"])])]));

    private static async Task<IResult> Answer(AnalystLogs logs, CancellationToken ct)
    {
        List<Log> items = [];
        foreach (AnalystLog log in logs.All)
        {
            items.Add(new Log(
                log.Name,
                await log.Browser.Head(ct).ConfigureAwait(false),
                [.. log.Database.Types.All.Select(type => type.Name)],
                [.. ExplainRowEndpoint.TablesOf(log.Definition).Select(one => new Table(one.Table.Name, one.Model.Name, one.Source, one.Table.KeyNames))]));
        }

        return TypedResults.Ok(new Logs(items));
    }
}
