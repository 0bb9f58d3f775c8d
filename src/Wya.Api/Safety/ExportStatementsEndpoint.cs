using System.Runtime.CompilerServices;
using System.Text.Json;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ExportStatementsEndpoint
{
    private const string LinesType = "application/x-ndjson";
    private const int PageRows = 500;

    /// <summary>What may be told to everybody of one decision: it quotes nothing, and nobody can be told from it.</summary>
    /// <param name="Number">The same for the same decision, and made with a key: it leads to nothing else.</param>
    /// <param name="Source">report, or own: it was noticed here.</param>
    internal sealed record PublicStatement(
        Guid Number,
        string Decision,
        Category Category,
        GroundKind Ground,
        DateTimeOffset Since,
        string Source,
        bool AutomationDetected,
        bool AutomationDecided,
        bool IsReversed,
        DateTimeOffset? Until = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/statements", Answer)
        .RequireAnyCapability(Capability.Moderate, Capability.Operate, Capability.Analyse)
        .RequireRateLimiting(RateLimits.Export)
        .MayAnswerFromStandby()
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Statements)
        .Describe(
            "ExportStatements",
            "Download the statements of reasons, without persons",
            "One JSON object a line, a decision each, in the order of time. Times are whole days. A year at most; the last 30 days when nothing is said.")
        .Produces<string>(StatusCodes.Status200OK, LinesType)
        .ForExample(answer: new PublicStatement(
            ExampleCase.Pseudonym, "mute", Category.Harassment, GroundKind.Rule, ExamplePeople.Then.Date, "report", AutomationDetected: false, AutomationDecided: false, IsReversed: false));

    private static IResult Answer(
        SafetyLog safety, TimeProvider clock, HttpContext http, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        if (Period.Of(from, to, clock.GetUtcNow()) is not var (begin, end))
        {
            return Period.Malformed;
        }

        return TypedResults.Stream(
            async body =>
            {
                await foreach (PublicStatement statement in Statements(http.RowsOf(safety), begin, end, default).ConfigureAwait(false))
                {
                    await JsonSerializer.SerializeAsync(body, statement, EventJson.Options).ConfigureAwait(false);
                    await body.WriteAsync("\n"u8.ToArray()).ConfigureAwait(false);
                }
            },
            LinesType);
    }

    private static async IAsyncEnumerable<PublicStatement> Statements(
        LogRows safety, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        (DateTimeOffset, Guid)? after = null;
        while (true)
        {
            IReadOnlyList<DecisionRow> rows = await DecisionsTable.Page(safety, from, to, after, PageRows, ct).ConfigureAwait(false);
            foreach (DecisionRow row in rows)
            {
                yield return Of(safety.Database, row);
            }

            if (rows.Count < PageRows)
            {
                yield break;
            }

            after = (rows[^1].DecidedAt, rows[^1].ActionId);
        }
    }

    /// <summary>Days, because a time to the second would lead to somebody who knows when they were muted.</summary>
    private static PublicStatement Of(LogDatabase safety, DecisionRow row) => new(
        safety.KeyedId($"statement:{row.ActionId}"),
        row.Kind,
        EnumText.Read<Category>(row.Category),
        EnumText.Read<GroundKind>(row.Ground),
        Day(row.Since),
        row.FromReport ? "report" : "own",
        row.AutomationDetected,
        row.AutomationDecided,
        row.ReversedAt is not null,
        row.Until is { } until ? Day(until) : null);

    private static DateTimeOffset Day(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);
}
