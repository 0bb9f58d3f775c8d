using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Projections.Discovery;

namespace Wya.Api.Discovery;

internal static class ShowDiscoveryEndpoint
{
    private const string NobodyIsAround = "Nobody is around whom you can find now: these are your friends.";
    private const string NotKnown = "It is not known who is around at the moment: these are your friends.";

    /// <param name="Source">
    /// <c>computed</c> now; <c>cached</c>, some moments ago, and everybody in it looked at again; or <c>friends</c>: friends, whether they are around or not.
    /// </param>
    /// <param name="AgeSeconds">How old the answer is.</param>
    /// <param name="Items">At most 20, and no more behind them.</param>
    /// <param name="Note">Why it is not who is around, when it is not.</param>
    internal sealed record Discovery(AnswerSource Source, int AgeSeconds, DateTimeOffset GeneratedAt, IReadOnlyList<Discovered> Items, string? Note = null);

    /// <param name="Score">The sum of the contributions, exactly; left out for friends of whom nothing else is known.</param>
    /// <param name="Explanation">All that moved them, in words, in the language that the request accepts: English or German.</param>
    internal sealed record Discovered(UserId UserId, string Handle, decimal? Score, string Explanation, IReadOnlyList<DiscoveredFactor> Factors);

    /// <param name="Code">It never changes its meaning.</param>
    internal sealed record DiscoveredFactor(string Code, decimal Contribution, string Sentence);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/discovery", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ShowDiscovery",
            "See who is around",
            "At most 20 people of the caller's age layer, by nearness, trust and what they have to do with the caller; each with everything that moved them. `order` is ranked or chronological, "
            + "`within` is city, local, nearby or immediate, `friends_only` is true or false: for this once, in place of the caller's preferences. Whoever may not discover profiles, and every minor, "
            + "finds friends and friends of friends alone. While presence is away it is an earlier answer, or friends, and says so in `source`, `note` and `Wya-Degraded`.")
        .Produces<Discovery>()
        .ForExample(answer: new Discovery(AnswerSource.Computed, 0, ExamplePeople.Then, [Example()]))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(
        DiscoveryAnswers answers, TimeProvider clock, HttpContext http, string? order = null, string? within = null, bool? friends_only = null)
    {
        if (!Wish(order, within, friends_only, out Func<DiscoveryPreferences, DiscoveryPreferences>? wish))
        {
            return Problems.MalformedRequest("The order is ranked or chronological; within is city, local, nearby or immediate.");
        }

        if (http.Caller() is not { AgeLayer: { } layer } caller)
        {
            return Problems.NotKnownYet;
        }

        DiscoveryTelemetry.Requested();
        FoundAround found = await answers.Find(caller.Id, layer, caller.Holds(Capability.DiscoveryProfiles), wish, http.RequestAborted).ConfigureAwait(false);
        DiscoveryTelemetry.Served(found.Source.ToString().ToLowerInvariant());
        if (!found.IsKnown)
        {
            Degraded.Write(http.Response, "presence");
        }

        string language = Sentences.Language(http.Request.Headers.AcceptLanguage);
        bool areFriends = found.Source == AnswerSource.Friends;
        return TypedResults.Ok(new Discovery(
            found.Source,
            Math.Max(0, (int)(clock.GetUtcNow() - found.GeneratedAt).TotalSeconds),
            found.GeneratedAt,
            [.. found.People.Select(one => Of(one.Person, one.Handle, language, areFriends))],
            areFriends ? found.IsKnown ? NobodyIsAround : NotKnown : null));
    }

    private static Discovered Of(RankedPerson person, string handle, string language, bool isFriendAlone) => new(
        person.Id,
        handle,
        isFriendAlone ? null : person.Score,
        Sentences.Of(person.Factors, language),
        isFriendAlone ? [] : [.. person.Factors.Select(factor => new DiscoveredFactor(factor.Code, factor.Contribution, Sentences.Of(factor.Code, language)))]);

    private static bool Wish(string? order, string? within, bool? friendsOnly, out Func<DiscoveryPreferences, DiscoveryPreferences>? wish)
    {
        DiscoveryOrder? shown = order switch { "ranked" => DiscoveryOrder.Ranked, "chronological" => DiscoveryOrder.Chronological, _ => null };
        LocationTier? furthest = within switch
        {
            "city" => LocationTier.City,
            "local" => LocationTier.Local,
            "nearby" => LocationTier.Nearby,
            "immediate" => LocationTier.Immediate,
            _ => null,
        };
        wish = order is null && within is null && friendsOnly is null
            ? null
            : own => own with { Order = shown ?? own.Order, Furthest = furthest ?? own.Furthest, FriendsOnly = friendsOnly ?? own.FriendsOnly };
        return (order is null || shown is not null) && (within is null || furthest is not null);
    }

    private static Discovered Example()
    {
        RankedPerson friend = Ranking.Score(DiscoveryPreferences.Default, new Candidate(
            ExamplePeople.MaraId, AgeLayer.Adult, Relation.Friend, false, true, false, FindableBy.Everybody, LocationTier.Immediate, TrustBand.High, false, false, 0));
        return Of(friend, "mara", Sentences.English, isFriendAlone: false);
    }
}
