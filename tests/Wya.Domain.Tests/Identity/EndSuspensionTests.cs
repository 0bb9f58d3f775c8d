using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class EndSuspensionTests
{
    [Fact]
    public void A_suspension_ends_at_its_end_and_not_before()
    {
        User suspended = Given(Robin(), Suspended(Now.AddDays(1)));
        suspended.When(new EndSuspension(), Now.AddDays(1).AddTicks(-1)).ThenNothing();
        suspended.When(new EndSuspension(), Now.AddDays(1)).Then(new UserUnsuspended());
        suspended.When(new EndSuspension(), Now.AddDays(9)).Then(new UserUnsuspended());
    }

    [Fact]
    public void One_that_was_prolonged_meanwhile_stays() =>
        Given(Robin(), Suspended(Now.AddDays(-1)), Suspended(Now.AddDays(1))).When(new EndSuspension()).ThenNothing();

    [Fact]
    public void Ending_it_again_changes_nothing() =>
        Given(Robin(), Suspended(Now.AddDays(-1)), new UserUnsuspended()).When(new EndSuspension()).ThenNothing();

    [Fact]
    public void A_ban_does_not_end_with_the_suspension_that_it_replaced() =>
        Given(Robin(), Suspended(Now.AddDays(-1)), new UserBanned(OfRobin("Spam."))).When(new EndSuspension()).ThenNothing();

    [Fact]
    public void There_is_nothing_to_end_for_somebody_who_is_not_there()
    {
        Given().When(new EndSuspension()).ThenRefused(IdentityRefusals.UserNotFound);
        Given(Robin(), Suspended(Now.AddDays(-1)), new UserErased()).When(new EndSuspension()).ThenRefused(IdentityRefusals.UserNotFound);
    }
}
