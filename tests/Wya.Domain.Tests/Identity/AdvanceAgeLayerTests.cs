using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

public sealed class AdvanceAgeLayerTests
{
    [Theory]
    [InlineData(AgeLayer.Minor, AgeLayer.Transitional)]
    [InlineData(AgeLayer.Transitional, AgeLayer.Adult)]
    [InlineData(AgeLayer.Minor, AgeLayer.Adult)]
    [Trait("seed", "1.2")]
    public void A_person_moves_up(AgeLayer from, AgeLayer to) => Given(Robin(from)).When(new AdvanceAgeLayer(to)).Then(new AgeLayerChanged(from, to));

    [Fact]
    public void Once_moved_there_is_nothing_more_to_do() =>
        Given(Robin(AgeLayer.Minor), new AgeLayerChanged(AgeLayer.Minor, AgeLayer.Transitional)).When(new AdvanceAgeLayer(AgeLayer.Transitional)).ThenNothing();

    [Theory]
    [InlineData(AgeLayer.Adult, AgeLayer.Transitional)]
    [InlineData(AgeLayer.Adult, AgeLayer.Minor)]
    [InlineData(AgeLayer.Transitional, AgeLayer.Minor)]
    public void Nobody_moves_down(AgeLayer from, AgeLayer to) => Given(Robin(from)).When(new AdvanceAgeLayer(to)).ThenNothing();

    [Fact]
    public void A_suspended_or_banned_person_comes_of_age_too()
    {
        Given(Robin(AgeLayer.Minor), Suspended(Now.AddDays(1)))
            .When(new AdvanceAgeLayer(AgeLayer.Transitional)).Then(new AgeLayerChanged(AgeLayer.Minor, AgeLayer.Transitional));
        Given(Robin(AgeLayer.Minor), new UserBanned(OfRobin("Spam.")))
            .When(new AdvanceAgeLayer(AgeLayer.Transitional)).Then(new AgeLayerChanged(AgeLayer.Minor, AgeLayer.Transitional));
    }

    [Fact]
    public void Nobody_comes_of_age_who_is_not_there()
    {
        Given().When(new AdvanceAgeLayer(AgeLayer.Adult)).ThenRefused(IdentityRefusals.UserNotFound);
        Given(Robin(AgeLayer.Minor), new UserErased()).When(new AdvanceAgeLayer(AgeLayer.Adult)).ThenRefused(IdentityRefusals.UserNotFound);
    }
}
