using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class TownTests
{
    private static readonly DateOnly Today = new(2026, 11, 22);

    [Fact]
    public void The_same_seed_is_the_same_town_and_another_is_another()
    {
        Describe(Town.Plan(50, 1, Today)).ShouldBe(Describe(Town.Plan(50, 1, Today)));
        Describe(Town.Plan(50, 1, Today)).ShouldNotBe(Describe(Town.Plan(50, 2, Today)));
    }

    [Fact]
    public void All_layers_live_there_and_some_are_verified_or_permitted()
    {
        Town town = Town.Plan(200, 1, Today);
        town.Residents.Count.ShouldBe(200);
        town.Children.Count.ShouldBe(10);
        foreach (AgeLayer layer in Enum.GetValues<AgeLayer>())
        {
            town.Residents.Count(resident => resident.AgeLayer == layer).ShouldBeGreaterThan(20);
        }

        town.Residents.Count(resident => resident.IsVerified).ShouldBeInRange(80, 160);
        town.Residents.Count(resident => resident.Capabilities.Count > 0).ShouldBeInRange(10, 40);
        town.Residents.ShouldAllBe(resident => !resident.Capabilities.Contains(Capability.Operate));
    }

    [Fact]
    public void Every_handle_obeys_the_rules_and_looks_like_no_other()
    {
        Town town = Town.Plan(500, 3, Today);
        HashSet<string> taken = [];
        foreach (string text in town.Residents.Select(resident => resident.Handle).Concat(town.Children.Select(child => child.Handle)))
        {
            Handle.TryParse(text, out Handle? handle, out string? problem).ShouldBeTrue(problem);
            handle!.IsReserved.ShouldBeFalse();
            handle.Skeletons.ShouldAllBe(skeleton => taken.Add(skeleton));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 30)]
    [InlineData(12, 31)]
    public void Everybody_is_in_the_planned_layer_on_every_day_of_the_year(int month, int day)
    {
        var today = new DateOnly(2028, month, day); // a leap year
        var now = new DateTimeOffset(today, new TimeOnly(0, 0), TimeSpan.Zero);
        Town town = Town.Plan(500, 5, today);
        town.Residents.ShouldAllBe(resident => AgePolicy.Place(resident.BirthDate, now) == new AgePolicy.Placement.InLayer(resident.AgeLayer));
        town.Children.ShouldAllBe(child => AgePolicy.Place(child.BirthDate, now) == new AgePolicy.Placement.UnderAge());
    }

    [Fact]
    public void Every_capability_may_be_granted_to_who_gets_it() =>
        Town.Plan(1_000, 7, Today).Residents.ShouldAllBe(resident => resident.Capabilities.All(LayerPolicy.For(resident.AgeLayer).Grantable.Contains));

    private static string Describe(Town town) => string.Join('\n', town.Residents.Select(resident =>
        $"{resident.Handle} {resident.BirthDate:O} {resident.IsVerified} {string.Join(',', resident.Capabilities)}"));
}
