using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Discovery;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Discovery;

internal static class ExplainWhyNotEndpoint
{
    /// <param name="Code">
    /// <c>listed</c>, <c>beyond-twenty</c>, <c>own-filter</c>, <c>own-capability</c>; or <c>not-to-be-said</c>: for whoever is not around, invisible, blocked,
    /// erased, of another age layer, not to be found by the caller, or nobody at all.
    /// </param>
    internal sealed record WhyNotListed(string Code, string Sentence);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/discovery/why-not/{userId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .Describe(
            "ExplainWhyNot",
            "See why somebody is not listed",
            "As far as it is the caller's own affair. What is the other person's, and whether there is such a person, is answered with one and the same sentence.")
        .Produces<WhyNotListed>()
        .ForExample(answer: new WhyNotListed(WhyNotCode.OwnFilter, Sentences.Of(WhyNotCode.OwnFilter)))
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid userId, DiscoveryAnswers answers, HttpContext http)
    {
        if (http.Caller() is not { AgeLayer: { } layer } caller)
        {
            return Problems.NotKnownYet;
        }

        string code = await answers.WhyNot(caller.Id, layer, caller.Holds(Capability.DiscoveryProfiles), userId, http.RequestAborted).ConfigureAwait(false);
        if (!answers.IsKnown)
        {
            Degraded.Write(http.Response, "presence");
        }

        return TypedResults.Ok(new WhyNotListed(code, Sentences.Of(code, Sentences.Language(http.Request.Headers.AcceptLanguage))));
    }
}
