using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowPermissionsEndpoint
{
    /// <param name="InForce">False while the person is suspended, banned or about to be erased: then nothing of this may be used.</param>
    /// <param name="Capabilities">What may be used while it is in force, in the order of the names.</param>
    /// <param name="Restricted">What has been taken away, in the order of the names.</param>
    internal sealed record Permissions(
        bool InForce, IReadOnlyList<HeldCapability> Capabilities, IReadOnlyList<RestrictedCapability> Restricted);

    /// <param name="Capability">What the person may do.</param>
    /// <param name="Because">age_layer, granted or trust: the first of what gives it.</param>
    /// <param name="GrantedAt">For what was granted.</param>
    internal sealed record HeldCapability(string Capability, string Because, DateTimeOffset? GrantedAt = null);

    /// <param name="Capability">What the person may not do, whatever gives it.</param>
    /// <param name="Until">When the restriction ends by itself, if it does.</param>
    internal sealed record RestrictedCapability(string Capability, DateTimeOffset? Until = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/{id}/permissions", Answer)
        .RequireSelfOr(Capability.Operate)
        .OpenToSuspended()
        .AnswersFromInline<IdentityLog>()
        .Describe("ShowPermissions", "Show what a user may do, and why", "What the age layer gives, what was granted or earned beyond it, and what is restricted.")
        .Produces<Permissions>()
        .ForExample(answer: new Permissions(
            true,
            [new HeldCapability(Capability.ChatPrivate, Ground.AgeLayer), new HeldCapability(Capability.Moderate, Ground.Granted, ExamplePeople.Then)],
            [new RestrictedCapability(Capability.ChatGroup, ExamplePeople.Then.AddDays(7))]))
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(Guid id, IdentityLog identity, TimeProvider clock, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        PersonStanding? person = await Standings.Of(identity.Database, new UserId(id), now, ct).ConfigureAwait(false);
        if (person is null)
        {
            return Problem.Of(IdentityRefusals.UserNotFound);
        }

        Standing standing = person.Standing.Unbarred();
        return TypedResults.Ok(new Permissions(
            !person.Standing.IsBarred(now),
            [
                .. from capability in Lattice.Effective(standing, now).Order(StringComparer.Ordinal)
                   let ground = Lattice.Explain(standing, capability, now).GivenBy[0]
                   select new HeldCapability(capability, ground.Code, ground.Since),
            ],
            [
                .. standing.Restricted.Where(row => standing.IsRestricted(row.Key, now))
                    .Select(row => new RestrictedCapability(row.Key, row.Value)),
            ]));
    }
}
