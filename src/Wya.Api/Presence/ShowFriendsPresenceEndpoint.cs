using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;

namespace Wya.Api.Presence;

internal static class ShowFriendsPresenceEndpoint
{
    /// <param name="Items">In the order of ids, which says nothing of who is near.</param>
    /// <param name="Next">Send it back as <c>cursor</c> for the next page; left out on the last one.</param>
    internal sealed record FriendsPresence(IReadOnlyList<SeenAnswer> Items, string? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/friends/presence", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe("ShowFriendsPresence", "See which friends are around", "All friends, those who are offline too, in the order of ids.")
        .Produces<FriendsPresence>()
        .ForExample(answer: new FriendsPresence([SeenAnswer.Example]))
        .Refuses(Problems.CursorMalformed, Problems.AccountResting, Problems.NotKnownYet);

    private static async Task<IResult> Answer(
        Presences presences, Sightlines sightlines, HttpContext http, string? cursor = null, int limit = Limits.PageItemsDefault)
    {
        Guid after = default;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && !Guid.TryParseExact(cursor, "n", out after)))
        {
            return Problems.CursorMalformed;
        }

        IReadOnlyList<Guid> friends = await sightlines.Friends(
            http.ChatterId(), cursor is null ? null : after, limit + 1, http.RequestAborted).ConfigureAwait(false);
        SeenPeople seen = await presences.See(http.ChatterId(), [.. friends.Take(limit)], http.RequestAborted).ConfigureAwait(false);
        if (!seen.IsKnown)
        {
            Degraded.Write(http.Response, "presence");
        }

        return TypedResults.Ok(new FriendsPresence(
            [.. seen.People.Select(person => SeenAnswer.Of(person.UserId, person.Seen))], friends.Count > limit ? friends[limit - 1].ToString("n") : null));
    }
}
