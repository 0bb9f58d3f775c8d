using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class RestrictPermissionTests
{
    private static readonly DateTimeOffset Tomorrow = Now.AddDays(1);

    [Fact]
    public void A_capability_is_taken_away_until_it_is_given_back() =>
        Given(Robin()).When(new RestrictPermission(RobinId, Capability.ChatGroup, " Spam. ")).Then(Restricted("chat.group", reason: "Spam."));

    [Fact]
    public void A_restriction_may_end_by_itself() =>
        Given(Robin())
            .When(new RestrictPermission(RobinId, Capability.ChatGroup, "Spam.", Tomorrow.ToOffset(TimeSpan.FromHours(5))))
            .Then(Restricted("chat.group", Tomorrow));

    [Fact]
    public void What_is_not_held_can_be_restricted_too() =>
        Given(Robin()).When(new RestrictPermission(RobinId, Capability.Moderate, "Spam.")).Then(Restricted("moderate"));

    [Fact]
    public void Another_end_replaces_the_present_one() =>
        Given(Robin(), Restricted("chat.group", Tomorrow))
            .When(new RestrictPermission(RobinId, "chat.group", "More spam."))
            .Then(Restricted("chat.group", reason: "More spam."));

    [Fact]
    public void Restricting_it_again_until_the_same_time_changes_nothing() =>
        Given(Robin(), Restricted("chat.group", Tomorrow)).When(new RestrictPermission(RobinId, "chat.group", "Spam.", Tomorrow)).ThenNothing();

    [Fact]
    public void Restricting_it_again_for_good_changes_nothing() =>
        Given(Robin(), Restricted("chat.group")).When(new RestrictPermission(RobinId, "chat.group", "Spam.")).ThenNothing();

    [Fact]
    public void Restricting_it_again_changes_nothing_even_after_the_end() =>
        Given(Robin(), Restricted("chat.group", Tomorrow))
            .When(new RestrictPermission(RobinId, "chat.group", "Spam.", Tomorrow), at: Tomorrow.AddDays(1))
            .ThenNothing();

    [Fact]
    public void A_restriction_ends_in_the_future() =>
        Given(Robin()).When(new RestrictPermission(RobinId, "chat.group", "Spam.", Now)).ThenRefused(IdentityRefusals.RestrictionEndPassed);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void A_restriction_has_a_reason(string reason) =>
        Given(Robin()).When(new RestrictPermission(RobinId, "chat.group", reason)).ThenRefused(IdentityRefusals.ReasonInvalid);

    [Fact]
    public void A_reason_has_at_most_500_characters() =>
        Given(Robin()).When(new RestrictPermission(RobinId, "chat.group", new string('a', 501))).ThenRefused(IdentityRefusals.ReasonInvalid);

    [Fact]
    public void An_unknown_capability_cannot_be_restricted() =>
        Given(Robin()).When(new RestrictPermission(RobinId, "fly", "Spam.")).ThenRefused(IdentityRefusals.CapabilityUnknown);

    [Fact]
    public void Nothing_can_be_restricted_of_somebody_who_is_not_there() =>
        Given().When(new RestrictPermission(RobinId, "chat.group", "Spam.")).ThenRefused(IdentityRefusals.UserNotFound);
}

public sealed class RestorePermissionTests
{
    private static readonly UserId Someone = new(new Guid("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f00"));

    [Fact]
    public void A_restriction_is_lifted() =>
        Given(Robin(), Restricted("chat.group"))
            .When(new RestorePermission(RobinId, "chat.group", By: Someone))
            .Then(new PermissionRestored("chat.group"));

    [Fact]
    public void The_system_may_lift_it_too() =>
        Given(Robin(), Restricted("chat.group")).When(new RestorePermission(RobinId, "chat.group")).Then(new PermissionRestored("chat.group"));

    [Fact]
    public void Lifting_it_again_changes_nothing() =>
        Given(Robin(), Restricted("chat.group"), new PermissionRestored("chat.group"))
            .When(new RestorePermission(RobinId, "chat.group", By: Someone))
            .ThenNothing();

    [Fact]
    public void Nobody_lifts_a_restriction_of_their_own() =>
        Given(Robin(), new PermissionGranted("moderate"), Restricted("chat.group"))
            .When(new RestorePermission(RobinId, "chat.group", By: RobinId))
            .ThenRefused(IdentityRefusals.OwnRestriction);

    [Fact]
    public void A_capability_that_is_no_longer_known_can_still_be_restored() =>
        Given(Robin(), Restricted("fly")).When(new RestorePermission(RobinId, "fly", By: Someone)).Then(new PermissionRestored("fly"));

    [Fact]
    public void An_unknown_capability_cannot_be_restored() =>
        Given(Robin()).When(new RestorePermission(RobinId, "fly", By: Someone)).ThenRefused(IdentityRefusals.CapabilityUnknown);

    [Fact]
    public void Nothing_can_be_restored_to_somebody_who_is_not_there() =>
        Given().When(new RestorePermission(RobinId, "chat.group", By: Someone)).ThenRefused(IdentityRefusals.UserNotFound);
}
