using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class BanUserTests
{
    [Fact]
    public void A_user_is_banned_with_a_reason() =>
        Given(Robin()).When(new BanUser(RobinId, " Threats. ")).Then(Banned("Threats."));

    [Fact]
    public void Banning_again_changes_nothing() =>
        Given(Robin(), Banned("Threats.")).When(new BanUser(RobinId, "More threats.")).ThenNothing();

    [Fact]
    public void A_ban_takes_the_place_of_a_suspension() =>
        Given(Robin(), Suspended(Now.AddDays(1)), Banned(), new UserUnbanned()).SuspendedUntil.ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public void A_ban_has_a_reason(string reason) =>
        Given(Robin()).When(new BanUser(RobinId, reason)).ThenRefused(IdentityRefusals.ReasonInvalid);

    [Fact]
    public void A_reason_has_at_most_500_characters() =>
        Given(Robin()).When(new BanUser(RobinId, new string('a', 501))).ThenRefused(IdentityRefusals.ReasonInvalid);

    [Fact]
    public void Nobody_can_be_banned_who_is_not_there() =>
        Given().When(new BanUser(RobinId, "Threats.")).ThenRefused(IdentityRefusals.UserNotFound);

    [Fact]
    public void Nobody_can_be_banned_who_was_erased() =>
        Given(Robin(), new UserErased()).When(new BanUser(RobinId, "Threats.")).ThenRefused(IdentityRefusals.UserNotFound);
}

public sealed class UnbanUserTests
{
    [Fact]
    public void A_ban_is_lifted() => Given(Robin(), Banned()).When(new UnbanUser()).Then(new UserUnbanned());

    [Fact]
    public void Lifting_it_again_changes_nothing() => Given(Robin(), Banned(), new UserUnbanned()).When(new UnbanUser()).ThenNothing();

    [Fact]
    public void A_suspension_is_no_ban() => Given(Robin(), Suspended(Now.AddDays(1))).When(new UnbanUser()).ThenNothing();

    [Fact]
    public void Lifting_a_suspension_does_not_lift_a_ban() => Given(Robin(), Banned()).When(new UnsuspendUser()).ThenNothing();

    [Fact]
    public void After_lifting_the_same_ban_can_be_decided_anew() =>
        Given(Robin(), Banned(), new UserUnbanned()).When(new BanUser(RobinId, "Threats.")).Then(Banned("Threats."));

    [Fact]
    public void Nobody_can_be_unbanned_who_is_not_there() => Given().When(new UnbanUser()).ThenRefused(IdentityRefusals.UserNotFound);
}
