using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowMyCapabilitiesEndpoint
{
    /// <param name="Capabilities">All that there are, in the order of their names, held or not.</param>
    internal sealed record MyCapabilities(IReadOnlyList<CapabilityAnswer> Capabilities);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/capabilities", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<IdentityLog>()
        .Describe(
            "ShowMyCapabilities",
            "Show what I may do, and why",
            "Every capability: whether the caller holds it, what gives it, what stands in the way with its reason, and what would unlock it.")
        .Produces<MyCapabilities>()
        .ForExample(answer: new MyCapabilities([ExplainCapabilityEndpoint.Example]))
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(IdentityLog identity, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        PersonStanding? person = await Standings.Of(identity.Database, http.Caller().Id, now, ct).ConfigureAwait(false);
        if (person is null)
        {
            return Problem.Of(IdentityRefusals.UserNotFound);
        }

        List<CapabilityAnswer> capabilities = [];
        foreach (string capability in Capability.All.Order(StringComparer.Ordinal))
        {
            capabilities.Add(await CapabilityAnswer.Of(identity.Database, person, capability, now, ct).ConfigureAwait(false));
        }

        return TypedResults.Ok(new MyCapabilities(capabilities));
    }
}
