using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowAccountHistoryEndpoint
{
    /// <param name="Items">Newest first.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for older ones; left out on the last page.</param>
    internal sealed record History(IReadOnlyList<HistoryEntry> Items, string? Next = null);

    /// <param name="Version">Counts the account's events from 1.</param>
    /// <param name="HappenedAt">When it was recorded.</param>
    /// <param name="What">The event's name.</param>
    /// <param name="Detail">What it said, if there is more to say.</param>
    internal sealed record HistoryEntry(long Version, DateTimeOffset HappenedAt, string What, JsonElement? Detail = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/{id}/history", Answer)
        .RequireSelfOr(Capability.Operate)
        .OpenToSuspended()
        .MayAnswerFromStandby()
        .AnswersFrom<IdentityLog>("AccountHistory")
        .Describe(
            "ShowAccountHistory",
            "Show what happened to an account",
            "Newest first, in pages. Reasons are for the person alone. Follows the log: send Wya-Position to see at least what a command has answered.")
        .Produces<History>()
        .ForExample(answer: new History([new HistoryEntry(2, ExamplePeople.Then, "user.verified")], "2"))
        .Refuses(Problems.CursorMalformed, Problem.Of(IdentityRefusals.UserNotFound));

    private static async Task<IResult> Answer(
        Guid id, IdentityLog identity, HttpContext http, CancellationToken ct, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        long before = long.MaxValue;
        if (limit is < 1 or > Limits.PageItemsMax
            || (cursor is not null && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before)))
        {
            return Problems.CursorMalformed;
        }

        IReadOnlyList<AccountHistoryRow> rows =
            await AccountHistoryTable.Page(http.RowsOf(identity), new UserId(id), before, limit, ct).ConfigureAwait(false);
        if (rows is [] && await UsersTable.ById(identity.Database, new UserId(id), ct).ConfigureAwait(false) is null)
        {
            return Problem.Of(IdentityRefusals.UserNotFound);
        }

        bool isOwn = http.Caller().Id.Value == id;
        List<HistoryEntry> items = [];
        foreach (AccountHistoryRow row in rows)
        {
            JsonNode? detail = row.Detail is null ? null : JsonNode.Parse(row.Detail);
            if (detail is not null)
            {
                if (!isOwn)
                {
                    (detail as JsonObject)?.Remove("reason"); // what was said to the person is for them alone
                }

                await SealedJson.Open(identity.Database, id, detail, id, ct).ConfigureAwait(false);
            }

            items.Add(new HistoryEntry(row.Version, row.HappenedAt, row.What, detail is null ? null : JsonSerializer.SerializeToElement(detail)));
        }

        // Versions are dense from 1, so the last row tells whether there are older ones.
        string? next = items is [.., { Version: > 1 and var oldest }] ? oldest.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new History(items, next));
    }
}
