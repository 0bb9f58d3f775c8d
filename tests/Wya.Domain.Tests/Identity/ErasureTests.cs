using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class ErasureTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(30);
    private static readonly ErasureRequested Requested = new(Now + Grace);

    [Fact]
    public void An_erasure_is_due_after_the_time_of_grace() => Given(Robin()).When(new RequestErasure(Grace)).Then(Requested);

    [Fact]
    public void Asking_again_neither_shortens_nor_prolongs_the_time_of_grace() =>
        Given(Robin(), Requested).When(new RequestErasure(TimeSpan.Zero), at: Now.AddDays(3)).ThenNothing();

    [Fact]
    public void Who_is_suspended_or_banned_may_ask_too() =>
        Given(Robin(), Suspended(Now.AddDays(1)), new UserBanned(OfRobin("Threats."))).When(new RequestErasure(Grace)).Then(Requested);

    [Fact]
    public void Nobody_can_ask_who_is_not_there()
    {
        Given().When(new RequestErasure(Grace)).ThenRefused(IdentityRefusals.UserNotFound);
        Given(Robin(), Requested, new UserErased()).When(new RequestErasure(Grace)).ThenRefused(IdentityRefusals.UserNotFound);
    }

    [Fact]
    public void A_pending_erasure_is_cancelled() => Given(Robin(), Requested).When(new CancelErasure()).Then(new ErasureCancelled());

    [Fact]
    public void It_is_cancelled_even_when_it_is_due_as_long_as_it_is_not_recorded() =>
        Given(Robin(), Requested).When(new CancelErasure(), at: Now.AddDays(31)).Then(new ErasureCancelled());

    [Fact]
    public void Without_a_pending_erasure_there_is_nothing_to_cancel()
    {
        Given(Robin()).When(new CancelErasure()).ThenNothing();
        Given(Robin(), Requested, new ErasureCancelled()).When(new CancelErasure()).ThenNothing();
    }

    [Fact]
    public void An_erased_person_cannot_come_back() =>
        Given(Robin(), Requested, new UserErased()).When(new CancelErasure()).ThenRefused(IdentityRefusals.UserNotFound);

    [Fact]
    public void Who_cancelled_may_ask_again_later() =>
        Given(Robin(), Requested, new ErasureCancelled()).When(new RequestErasure(Grace), at: Now.AddDays(40)).Then(new ErasureRequested(Now.AddDays(70)));

    [Fact]
    public void A_person_is_erased_when_it_is_due() => Given(Robin(), Requested).When(new EraseUser(), at: Now + Grace).Then(new UserErased());

    [Fact]
    public void Nobody_is_erased_before_it_is_due() =>
        Given(Robin(), Requested).When(new EraseUser(), at: (Now + Grace).AddTicks(-1)).ThenRefused(IdentityRefusals.ErasureNotDue);

    [Fact]
    public void Nobody_is_erased_who_did_not_ask_or_has_cancelled()
    {
        Given(Robin()).When(new EraseUser()).ThenRefused(IdentityRefusals.ErasureNotDue);
        Given(Robin(), Requested, new ErasureCancelled()).When(new EraseUser(), at: Now.AddDays(60)).ThenRefused(IdentityRefusals.ErasureNotDue);
        Given().When(new EraseUser()).ThenRefused(IdentityRefusals.UserNotFound);
    }

    [Fact]
    public void Nobody_is_erased_twice() => Given(Robin(), Requested, new UserErased()).When(new EraseUser(), at: Now.AddDays(60)).ThenNothing();

    [Fact]
    public void Who_was_erased_before_a_backup_was_restored_is_erased_again_whatever_it_says_they_asked_for()
    {
        Given(Robin()).When(new ReapplyErasure()).Then(new UserErased());
        Given(Robin(), Requested).When(new ReapplyErasure()).Then(new UserErased());
        Given(Robin(), Requested, new ErasureCancelled()).When(new ReapplyErasure()).Then(new UserErased());
    }

    [Fact]
    public void There_is_nothing_to_erase_again_in_a_backup_from_before_the_registration_or_after_the_erasure()
    {
        Given().When(new ReapplyErasure()).ThenNothing();
        Given(Robin(), Requested, new UserErased()).When(new ReapplyErasure()).ThenNothing();
    }
}
