using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class ChangeContactAddressTests
{
    [Theory]
    [InlineData("mara@example.org", "mara@example.org")]
    [InlineData("  mara@example.org ", "mara@example.org")]
    [InlineData("mära@exämple.org", "mära@exämple.org")]
    [InlineData("+49 (30) 901820", "+4930901820")]
    public void An_address_is_recorded_without_what_says_nothing(string typed, string kept) =>
        Given(Robin()).When(new ChangeContactAddress(RobinId, typed)).Then(new ContactAddressChanged(OfRobin(kept)));

    [Fact]
    public void It_can_be_removed() => Given(Robin()).When(new ChangeContactAddress(RobinId, null)).Then(new ContactAddressChanged());

    [Theory]
    [InlineData("")]
    [InlineData("mara")]
    [InlineData("mara@")]
    [InlineData("@example.org")]
    [InlineData("mara@example")]
    [InlineData("mara@example.org, kim@example.org")]
    [InlineData("Mara <mara@example.org>")]
    [InlineData("030 901820")]
    [InlineData("+0301234567")]
    [InlineData("+12")]
    [InlineData("mara@example.org\nBcc: all@example.org")]
    public void What_reaches_nobody_is_refused(string typed) =>
        Given(Robin()).When(new ChangeContactAddress(RobinId, typed)).ThenRefused(IdentityRefusals.ContactAddressInvalid);

    [Fact]
    public void An_address_is_not_longer_than_mail_allows() =>
        ContactAddress.Parse(new string('a', 250) + "@example.org").ShouldBeNull();

    [Fact]
    public void Nobody_can_be_reached_who_is_not_there() =>
        Given().When(new ChangeContactAddress(RobinId, "mara@example.org")).ThenRefused(IdentityRefusals.UserNotFound);
}
