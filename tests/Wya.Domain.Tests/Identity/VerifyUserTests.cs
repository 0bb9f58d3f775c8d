using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class VerifyUserTests
{
    [Fact]
    public void A_user_is_verified() => Given(Robin()).When(new VerifyUser()).Then(new UserVerified());

    [Fact]
    public void A_suspended_user_can_be_verified() =>
        Given(Robin(), Suspended(Now.AddDays(1), "Spam.")).When(new VerifyUser()).Then(new UserVerified());

    [Fact]
    public void Verifying_again_changes_nothing() => Given(Robin(), new UserVerified()).When(new VerifyUser()).ThenNothing();

    [Fact]
    public void Nobody_can_be_verified_who_is_not_there() => Given().When(new VerifyUser()).ThenRefused(IdentityRefusals.UserNotFound);
}
