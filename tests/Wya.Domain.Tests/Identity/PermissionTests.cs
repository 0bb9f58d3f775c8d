using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class GrantPermissionTests
{
    [Fact]
    public void A_capability_is_granted() =>
        Given(Robin()).When(new GrantPermission(Capability.Moderate)).Then(new PermissionGranted("moderate"));

    [Fact]
    public void Granting_it_again_changes_nothing() =>
        Given(Robin(), new PermissionGranted("moderate")).When(new GrantPermission("moderate")).ThenNothing();

    [Fact]
    public void An_unknown_capability_cannot_be_granted() =>
        Given(Robin()).When(new GrantPermission("fly")).ThenRefused(IdentityRefusals.CapabilityUnknown);

    [Theory]
    [InlineData(Capability.Moderate)]
    [InlineData(Capability.Operate)]
    [InlineData(Capability.Analyse)]
    public void A_minor_cannot_work_for_the_house(string capability) =>
        Given(Robin(AgeLayer.Minor)).When(new GrantPermission(capability)).ThenRefused(IdentityRefusals.CapabilityNotForAgeLayer);

    [Fact]
    public void Nothing_can_be_granted_to_somebody_who_is_not_there() =>
        Given().When(new GrantPermission(Capability.Moderate)).ThenRefused(IdentityRefusals.UserNotFound);
}

public sealed class RevokePermissionTests
{
    [Fact]
    public void A_granted_capability_is_revoked_with_its_reason() =>
        Given(Robin(), new PermissionGranted("moderate"))
            .When(new RevokePermission(RobinId, "moderate", "Left the team."))
            .Then(new PermissionRevoked("moderate", OfRobin("Left the team.")));

    [Fact]
    public void A_reason_may_be_left_out() =>
        Given(Robin(), new PermissionGranted("moderate")).When(new RevokePermission(RobinId, "moderate")).Then(new PermissionRevoked("moderate"));

    [Fact]
    public void A_reason_that_is_given_says_something() =>
        Given(Robin(), new PermissionGranted("moderate")).When(new RevokePermission(RobinId, "moderate", " ")).ThenRefused(IdentityRefusals.ReasonInvalid);

    [Fact]
    public void Revoking_it_again_changes_nothing() =>
        Given(Robin(), new PermissionGranted("moderate"), new PermissionRevoked("moderate")).When(new RevokePermission(RobinId, "moderate")).ThenNothing();

    [Fact]
    public void What_the_layer_gives_is_no_grant_and_stays() =>
        Given(Robin()).When(new RevokePermission(RobinId, Capability.ChatPrivate)).ThenNothing();

    [Fact]
    public void A_capability_that_is_no_longer_known_can_still_be_revoked() =>
        Given(Robin(), new PermissionGranted("fly")).When(new RevokePermission(RobinId, "fly")).Then(new PermissionRevoked("fly"));

    [Fact]
    public void An_unknown_capability_cannot_be_revoked() =>
        Given(Robin()).When(new RevokePermission(RobinId, "fly")).ThenRefused(IdentityRefusals.CapabilityUnknown);

    [Fact]
    public void Nothing_can_be_revoked_from_somebody_who_is_not_there() =>
        Given().When(new RevokePermission(RobinId, "moderate")).ThenRefused(IdentityRefusals.UserNotFound);
}

public sealed class LayerPolicyTests
{
    [Fact]
    public void No_layer_has_less_than_a_younger_one()
    {
        AgeLayer[] layers = [AgeLayer.Minor, AgeLayer.Transitional, AgeLayer.Adult];
        foreach ((AgeLayer younger, AgeLayer older) in layers.Zip(layers.Skip(1)))
        {
            LayerPolicy.For(younger).Base.IsSubsetOf(LayerPolicy.For(older).Base).ShouldBeTrue();
            Capability.All.Where(LayerPolicy.For(younger).MayHold).ShouldBeSubsetOf(Capability.All.Where(LayerPolicy.For(older).MayHold));
        }
    }

    [Fact]
    public void Every_capability_named_is_known_and_every_known_one_can_be_held()
    {
        LayerPolicy[] policies = [.. Enum.GetValues<AgeLayer>().Select(LayerPolicy.For)];
        policies.SelectMany(policy => policy.Base.Concat(policy.Grantable)).ShouldBeSubsetOf(Capability.All);
        Capability.All.ShouldAllBe(capability => policies.Any(policy => policy.MayHold(capability)));
    }
}
