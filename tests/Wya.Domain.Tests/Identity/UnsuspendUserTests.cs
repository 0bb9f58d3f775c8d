using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class UnsuspendUserTests
{
    [Fact]
    public void A_suspension_is_lifted() =>
        Given(Robin(), Suspended(Now.AddDays(1), "Spam.")).When(new UnsuspendUser()).Then(new UserUnsuspended());

    [Fact]
    public void A_suspension_that_has_ended_can_be_cleared_away() =>
        Given(Robin(), Suspended(Now.AddDays(-1), "Spam.")).When(new UnsuspendUser()).Then(new UserUnsuspended());

    [Fact]
    public void Lifting_it_again_changes_nothing() =>
        Given(Robin(), Suspended(Now.AddDays(1), "Spam."), new UserUnsuspended()).When(new UnsuspendUser()).ThenNothing();

    [Fact]
    public void There_is_nothing_to_lift_from_an_active_user() => Given(Robin()).When(new UnsuspendUser()).ThenNothing();

    [Fact]
    public void After_lifting_the_same_suspension_can_be_decided_anew() =>
        Given(Robin(), Suspended(Now.AddDays(1), "Spam."), new UserUnsuspended())
            .When(new SuspendUser(RobinId, Now.AddDays(1), "Spam."))
            .Then(Suspended(Now.AddDays(1), "Spam."));

    [Fact]
    public void Nobody_can_be_unsuspended_who_is_not_there() => Given().When(new UnsuspendUser()).ThenRefused(IdentityRefusals.UserNotFound);
}
