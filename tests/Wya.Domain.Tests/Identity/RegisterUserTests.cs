using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class RegisterUserTests
{
    [Fact]
    public void A_newcomer_is_registered_in_the_layer_of_their_age() =>
        Given().When(new RegisterUser(RobinId, "robin", BirthDateOfAn(30))).Then(Created("robin", ["robin"], AgeLayer.Adult, BirthDateOfAn(30)));

    [Fact]
    public void A_handle_keeps_its_case_and_claims_all_that_it_looks_like() =>
        Given().When(new RegisterUser(RobinId, "Ian", BirthDateOfAn(30))).Then(Created("Ian", ["ian", "lan"], AgeLayer.Adult, BirthDateOfAn(30)));

    [Fact]
    public void A_handle_is_stored_in_normal_form() =>
        Given().When(new RegisterUser(RobinId, "ｒｏｂｉｎ", BirthDateOfAn(15))).Then(Created("robin", ["robin"], AgeLayer.Minor, BirthDateOfAn(15)));

    [Fact]
    [Trait("seed", "E2")]
    public void The_birth_date_cannot_be_written_in_the_clear()
    {
        var recorded = (UserCreated)Given().When(new RegisterUser(RobinId, "robin", new DateOnly(1987, 3, 4))).Events.ShouldHaveSingleItem();
        recorded.BirthDate!.ValueOr(default).ShouldBe(new DateOnly(1987, 3, 4));
        recorded.ToString().ShouldNotContain("1987");
        Should.Throw<InvalidOperationException>(() => JsonSerializer.Serialize(recorded, EventJson.Options));
    }

    [Fact]
    public void A_child_under_13_cannot_register() =>
        Given().When(new RegisterUser(RobinId, "robin", BirthDateOfAn(12))).ThenRefused(IdentityRefusals.UnderAge);

    [Fact]
    public void Nobody_is_born_in_the_future() =>
        Given().When(new RegisterUser(RobinId, "robin", new DateOnly(2030, 1, 1))).ThenRefused(IdentityRefusals.BirthDateInvalid);

    [Fact]
    public void Nobody_is_131_years_old() =>
        Given().When(new RegisterUser(RobinId, "robin", BirthDateOfAn(131))).ThenRefused(IdentityRefusals.BirthDateInvalid);

    [Fact]
    public void A_handle_must_keep_the_rules() =>
        Given().When(new RegisterUser(RobinId, "ro", BirthDateOfAn(30))).ThenRefused(IdentityRefusals.HandleInvalid("A handle has 3 to 50 characters."));

    [Theory]
    [InlineData("admin")]
    [InlineData("Admin")]
    [InlineData("a.d-m_in")]
    [InlineData("m0derator")]
    [InlineData("WYA")]
    [InlineData("ΝΟΝΕ")] // Greek capitals that look like NONE
    public void A_reserved_word_is_answered_like_a_taken_handle(string handle) =>
        Given().When(new RegisterUser(RobinId, handle, BirthDateOfAn(30))).ThenRefused(IdentityRefusals.HandleTaken);

    [Fact]
    public void Registering_again_under_the_same_handle_changes_nothing() =>
        Given(Robin()).When(new RegisterUser(RobinId, "robin", BirthDateOfAn(30))).ThenNothing();

    [Fact]
    [Trait("seed", "1.1")]
    public void A_handle_never_changes() =>
        Given(Robin()).When(new RegisterUser(RobinId, "kim", BirthDateOfAn(30))).ThenRefused(IdentityRefusals.AlreadyRegistered);
}
