using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

internal static class ShowPermissionsEndpoint
{
    /// <param name="InForce">False while the person is suspended or banned: then nothing of this may be used.</param>
    /// <param name="Capabilities">In the order of their names.</param>
    internal sealed record Permissions(bool InForce, IReadOnlyList<HeldCapability> Capabilities);

    /// <param name="Capability">What the person may do.</param>
    /// <param name="Because">age_layer or granted.</param>
    /// <param name="GrantedAt">For what was granted.</param>
    internal sealed record HeldCapability(string Capability, string Because, DateTimeOffset? GrantedAt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/users/{id}/permissions", Answer)
        .RequireSelfOr(Capability.Operate)
        .AnswersFromInline<IdentityLog>()
        .Describe("ShowPermissions", "Show what a user may do, and why", "What the age layer gives, and what was granted beyond it.")
        .Produces<Permissions>()
        .ForExample(answer: new Permissions(
            true, [new HeldCapability(Capability.ChatPrivate, "age_layer"), new HeldCapability(Capability.Moderate, "granted", ExamplePeople.Then)]))
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(Guid id, IdentityLog identity, TimeProvider clock, CancellationToken ct)
    {
        UserView? user = await UsersTable.ById(identity.Database, new UserId(id), ct).ConfigureAwait(false);
        if (user is null)
        {
            return Problem.Of(IdentityRefusals.UserNotFound);
        }

        IReadOnlyList<PermissionRow> granted = await PermissionsTable.Of(identity.Database, user.Id, ct).ConfigureAwait(false);
        IEnumerable<HeldCapability> held =
        [
            .. LayerPolicy.For(user.AgeLayer).Base.Select(capability => new HeldCapability(capability, "age_layer")),
            .. granted.Select(row => new HeldCapability(row.Capability, "granted", row.GrantedAt)),
        ];
        return TypedResults.Ok(new Permissions(
            user.StatusAt(clock.GetUtcNow()) == UserStatus.Active,
            [.. held.DistinctBy(one => one.Capability).OrderBy(one => one.Capability, StringComparer.Ordinal)]));
    }
}
