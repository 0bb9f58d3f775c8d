using Wya.Domain.Identity;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class SuspendUserTests
{
    private static readonly DateTimeOffset Tomorrow = Now.AddDays(1);

    [Fact]
    public void A_user_is_suspended_with_an_end_and_a_reason() =>
        Given(Robin()).When(new SuspendUser(RobinId, Tomorrow, " Spam. ")).Then(Suspended(Tomorrow, "Spam."));

    [Fact]
    public void An_end_is_recorded_in_universal_time() =>
        Given(Robin()).When(new SuspendUser(RobinId, Tomorrow.ToOffset(TimeSpan.FromHours(5)), "Spam.")).Then(Suspended(Tomorrow, "Spam."));

    [Fact]
    public void Another_end_replaces_the_present_one() =>
        Given(Robin(), Suspended(Tomorrow, "Spam."))
            .When(new SuspendUser(RobinId, Tomorrow.AddDays(6), "More spam."))
            .Then(Suspended(Tomorrow.AddDays(6), "More spam."));

    [Fact]
    public void Suspending_again_until_the_same_time_changes_nothing() =>
        Given(Robin(), Suspended(Tomorrow, "Spam.")).When(new SuspendUser(RobinId, Tomorrow, "Spam.")).ThenNothing();

    [Fact]
    public void Suspending_again_changes_nothing_even_after_the_end() =>
        Given(Robin(), Suspended(Tomorrow, "Spam.")).When(new SuspendUser(RobinId, Tomorrow, "Spam."), at: Tomorrow.AddDays(1)).ThenNothing();

    [Fact]
    public void A_suspension_ends_in_the_future() =>
        Given(Robin()).When(new SuspendUser(RobinId, Now, "Spam.")).ThenRefused(IdentityRefusals.SuspensionEndPassed);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void A_suspension_has_a_reason(string reason) =>
        Given(Robin()).When(new SuspendUser(RobinId, Tomorrow, reason)).ThenRefused(IdentityRefusals.ReasonInvalid);

    [Fact]
    public void A_reason_has_at_most_500_characters() =>
        Given(Robin()).When(new SuspendUser(RobinId, Tomorrow, new string('a', 501))).ThenRefused(IdentityRefusals.ReasonInvalid);

    [Fact]
    public void Somebody_banned_is_not_suspended_as_well() =>
        Given(Robin(), Banned()).When(new SuspendUser(RobinId, Tomorrow, "Spam.")).ThenRefused(IdentityRefusals.UserBanned);

    [Fact]
    public void Nobody_can_be_suspended_who_is_not_there() =>
        Given().When(new SuspendUser(RobinId, Tomorrow, "Spam.")).ThenRefused(IdentityRefusals.UserNotFound);
}
